// Times and sizes as people read them: durations as m:ss, dates in the viewer's zone, which is named.

/** Whole seconds as m:ss, or h:mm:ss from one hour on. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A room's time as m:ss. */
export function roomTime(us: number): string {
  return clockTime(us / 1_000_000);
}

/** When something happened in an interview that began at `startUs`: a room may be made days before. */
export function timeIn(atUs: number, startUs: number | undefined): string {
  return startUs === undefined || atUs < startUs ? "before the start" : `at ${roomTime(atUs - startUs)}`;
}

/** A room's time in words, for screen readers: "17 min 3 s". */
export function spokenTime(us: number): string {
  const whole = Math.max(0, Math.floor(us / 1_000_000));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return [h && `${h} h`, (h || m) && `${m} min`, `${s} s`].filter(Boolean).join(" ");
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

/** A date and time in the viewer's zone, which is named; the year only when it is not this one. */
export function when(iso: string, now = new Date()): string {
  const date = new Date(iso);
  return date.toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    ...(date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });
}

/** A date alone, in the viewer's zone. */
export function day(iso: string): string {
  return new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  if (kib < 1024) return `${kib.toFixed(kib < 10 ? 1 : 0)} KiB`;
  return `${(kib / 1024).toFixed(1)} MiB`;
}
