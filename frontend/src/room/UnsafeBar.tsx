// That this server runs code unprotected: in every room, for everyone, for as long as it is so.

import { TriangleAlert } from "lucide-preact";

export function UnsafeBar() {
  return (
    <section class="unsafe-bar" aria-label="No sandbox">
      <TriangleAlert class="icon" aria-hidden="true" />
      <p>
        <strong>This server runs code without a sandbox.</strong> Do not run code that you do not trust; tell
        the person who runs it.
      </p>
    </section>
  );
}
