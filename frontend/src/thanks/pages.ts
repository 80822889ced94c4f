// The candidate's two pages after the room, fetched together because one leads to the other.

export { OwnTypingPage } from "./OwnTypingPage.tsx";
export { ThanksPage } from "./ThanksPage.tsx";
