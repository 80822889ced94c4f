// Ways to do work less often than it is asked for.

/** At most once in `ms`, latest wins: the first call works at once, calls in between work together at the end. */
export function throttled(ms: number, work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let again = false;
  const run = () => {
    again = false;
    timer = setTimeout(() => {
      timer = null;
      if (again) {
        run();
      }
    }, ms);
    work();
  };
  return () => {
    if (timer === null) {
      run();
    } else {
      again = true;
    }
  };
}

/** `ms` after the first of several calls, never during one: for work that may not happen inside its cause. */
export function gathered(ms: number, work: () => void): () => void {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      setTimeout(() => {
        waiting = false;
        work();
      }, ms);
    }
  };
}
