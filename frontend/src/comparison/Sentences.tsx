// Sentences of the server, printed as they are.

export function Sentences({ title, lines = [] }: { title?: string; lines: readonly string[] | undefined }) {
  if (lines.length === 0) return null;
  const list = (
    <ul class="sentences">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
  return title ? (
    <section class="comparison-heap">
      <h3>{title}</h3>
      {list}
    </section>
  ) : (
    list
  );
}
