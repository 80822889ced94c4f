// Text to be taken along: shown whole enough to recognise, copied by one press.
import { Check, Copy } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { Button } from "./Button.tsx";
import { toast } from "./Toast.tsx";
import "./copy-field.css";

export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const copy = async () => {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // Without a secure context there is no clipboard: the selection is there for the person's own copy command.
      toast("This browser does not let the page copy; the link is selected, press Ctrl+C.");
      return;
    }
    setCopied(true);
    toast(`${label} copied.`);
    setTimeout(() => setCopied(false), 2000);
  };

  return (
    <div class="copy-field">
      <input
        ref={input}
        class="input"
        readOnly
        value={value}
        aria-label={label}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button icon={copied ? Check : Copy} onClick={copy} aria-label={`Copy ${label}`}>
        {copied ? "Copied" : "Copy"}
      </Button>
    </div>
  );
}
