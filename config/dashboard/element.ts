/** What an element is made with; a listener by the name of its event. */
export type Making = {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
};

/**
 * Makes an element. What arrived over the network comes in as text and nothing else: there is no way here to hand in
 * markup.
 */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  children: readonly (Node | string)[] = [],
  { attributes = {}, on = {} }: Making = {},
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const [key, listener] of Object.entries(on)) made.addEventListener(key, listener);
  made.append(...children);
  return made;
}

/** Sets a text where it differs: what does not change is neither drawn nor read out again. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** The same for an attribute; null takes it away. */
export function setAttribute(node: Element, name: string, value: string | null): void {
  if (node.getAttribute(name) === value) return;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** Shows a text, or hides its element when there is none. */
export function setOptionalText(node: HTMLElement, text: string | null): void {
  node.hidden = text === null;
  setText(node, text ?? '');
}

/** An element of the page's own HTML; a page without it is broken. */
export function partOf<Part extends Element>(selector: string, kind: new () => Part): Part {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}.`);
  return found;
}
