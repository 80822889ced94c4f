// One of a few choices that each need a sentence: radio buttons drawn as cards.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./radio-cards.css";

export interface Card<Value extends string> {
  value: Value;
  title: string;
  text?: ComponentChildren;
  /** At the right of the title, such as a length in minutes. */
  aside?: string;
}

interface RadioCardsProps<Value extends string> {
  label: string;
  cards: Card<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}

export function RadioCards<Value extends string>({ label, cards, value, onChange }: RadioCardsProps<Value>) {
  const name = useId();
  return (
    <fieldset class="radio-cards">
      <legend class="field-label">{label}</legend>
      <div class="radio-cards-grid">
        {cards.map((card) => (
          <label key={card.value} class="radio-card">
            <input
              type="radio"
              name={name}
              value={card.value}
              checked={card.value === value}
              onChange={() => onChange(card.value)}
            />
            <span class="radio-card-words">
              <span class="radio-card-title">
                {card.title}
                {card.aside && <span class="quiet radio-card-aside">{card.aside}</span>}
              </span>
              {card.text && <span class="quiet radio-card-text">{card.text}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
