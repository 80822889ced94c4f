// Stands for y-codemirror.next's drawing of others' carets, which draws what they claim to be called: carets.ts does it here.

export const yRemoteSelections: [] = [];
export const yRemoteSelectionsTheme: [] = [];
