// What the compiler does not know of the pages and of browsers.

/** The elements of the templates behind the selectors that ask for them; every other one that the scripts look for is some element of HTML. */
interface ParentNode {
  querySelector(selectors: '.menu[open]' | '[data-controls]'): HTMLDetailsElement | null;
  querySelector(selectors: '[data-keys]'): HTMLDialogElement | null;
  querySelector(selectors: '[data-show="video"]'): HTMLButtonElement | null;
  querySelector(selectors: `${string} a[href="${string}"]`): HTMLAnchorElement | null;
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  querySelector<E extends Element = HTMLElement>(selectors: string): E | null;
  querySelectorAll(selectors: '.menu'): NodeListOf<HTMLDetailsElement>;
  querySelectorAll<K extends keyof HTMLElementTagNameMap>(selectors: K): NodeListOf<HTMLElementTagNameMap[K]>;
  querySelectorAll<E extends Element = HTMLElement>(selectors: string): NodeListOf<E>;
}

interface Document {
  readonly activeElement: HTMLElement | null;
}

/** The events that the scripts ask for their target's parents happen to elements. */
interface EventTarget {
  closest?(selectors: string): any;
}

interface Performance {
  getEntriesByType(type: 'navigation'): PerformanceNavigationTiming[];
}

interface Window {
  ManagedMediaSource?: typeof MediaSource; // W3C Media Source Extensions 2, section 4: of Safari and WebKitGTK
}

interface HTMLVideoElement {
  webkitEnterFullscreen?(): void; // the only full screen that an iPhone has
}

/** A way to show a camera, as webapp/static/player/techniques.js tells. */
interface Technique {
  new (host: any): { readonly view: HTMLElement; readonly held: boolean; readonly left?: number; stop(): void };
  readonly name: string;
  readonly label: string;
  readonly needs: string; // H264 or JPEG
  readonly frames?: boolean;
  readonly sound?: boolean;
  readonly light?: boolean;
  readonly patient?: boolean;
  usable(): boolean;
}
