// A brief or guide in Markdown, whose reader is fetched beside the editor and not before it.

import { lazy } from "../components/Lazy.tsx";

export const Markdown = lazy<{ text: string }>(async () => (await import("./MarkdownText.tsx")).MarkdownText);
