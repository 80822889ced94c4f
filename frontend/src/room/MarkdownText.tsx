// A brief or guide in Markdown, drawn from its tokens: HTML in it is shown as text, so nothing needs to be purified.

import { marked, type Token, type Tokens } from "marked";
import type { ComponentChildren } from "preact";
import "./markdown.css";

export function MarkdownText({ text }: { text: string }) {
  return <div class="markdown">{blocks(marked.lexer(text, { gfm: true }))}</div>;
}

function blocks(tokens: readonly Token[]): ComponentChildren {
  return tokens.map(block);
}

function block(token: Token): ComponentChildren {
  switch (token.type) {
    case "heading":
      // Whatever its level in the text: the page's own title is the only one above it.
      return <h2>{inlines(token.tokens)}</h2>;
    case "paragraph":
      return <p>{inlines(token.tokens)}</p>;
    case "text":
      return token.tokens === undefined ? token.text : inlines(token.tokens);
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by the keyboard
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{blocks(token.tokens ?? [])}</blockquote>;
    case "list":
      return list(token as Tokens.List);
    case "table":
      return table(token as Tokens.Table);
    case "hr":
      return <hr />;
    case "html":
      return <p>{token.text}</p>;
    default:
      return null;
  }
}

function list(token: Tokens.List): ComponentChildren {
  const items = token.items.map((item) => <li key={item.raw}>{blocks(item.tokens)}</li>);
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function table(token: Tokens.Table): ComponentChildren {
  return (
    <table>
      <thead>
        <tr>
          {token.header.map((cell) => (
            <th key={cell.text} scope="col">
              {inlines(cell.tokens)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {token.rows.map((row) => (
          <tr key={row.map((cell) => cell.text).join("|")}>
            {row.map((cell) => (
              <td key={cell.text}>{inlines(cell.tokens)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function inlines(tokens: readonly Token[] | undefined): ComponentChildren {
  return (tokens ?? []).map(inline);
}

function inline(token: Token): ComponentChildren {
  switch (token.type) {
    case "strong":
      return <strong>{inlines(token.tokens)}</strong>;
    case "em":
      return <em>{inlines(token.tokens)}</em>;
    case "del":
      return <del>{inlines(token.tokens)}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "link":
      return link(token as Tokens.Link);
    // A picture would be a request to elsewhere, which no page of ours makes.
    case "image":
      return token.text;
    default:
      return "tokens" in token && token.tokens !== undefined
        ? inlines(token.tokens)
        : "text" in token && token.text;
  }
}

function link(token: Tokens.Link): ComponentChildren {
  if (!/^(?:https?|mailto):/i.test(token.href)) {
    return inlines(token.tokens);
  }
  return (
    <a href={token.href} target="_blank" rel="noopener noreferrer">
      {inlines(token.tokens)}
    </a>
  );
}
