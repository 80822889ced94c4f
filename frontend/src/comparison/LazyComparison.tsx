// The comparison with its pictures, fetched where one is shown: rooms without one do without the pictures' library.

import { lazy } from "../components/Lazy.tsx";

export const LazyComparison = lazy(async () => (await import("./Comparison.tsx")).Comparison);
