/**
 * Web chat of faqbot. docs/how-to/web-chat.md names attributes, texts, parts, variables and events.
 *
 *   <script type="module" src="https://faq.example/widget.js"></script>
 *   <faqbot-chat></faqbot-chat>
 */

const TEXTS = {
  title: 'Questions and answers',
  launch: 'Ask a question',
  close: 'Close',
  restart: 'New conversation',
  greeting: 'Hello! What would you like to know?',
  starters: 'Common questions',
  log: 'Conversation',
  input: 'Your question',
  send: 'Send',
  you: 'You:',
  bot: 'Answer:',
  waiting: 'Looking for an answer',
  suggestions: '{n} suggestions',
  choices: 'Choose a question',
  none: 'None of these',
  related: 'Related questions',
  source: 'Source:',
  helpful: 'Was this helpful?',
  yes: 'Yes',
  no: 'No',
  reason: 'What is wrong or missing?',
  reasonSend: 'Send feedback',
  thanks: 'Thank you for your feedback.',
  copy: 'Copy',
  copied: 'Copied',
  newTab: '(opens in a new tab)',
  retrying: 'The connection was lost. Trying again.',
  lost: 'The connection was lost. Your question is kept.',
  busy: 'The service is busy. Wait a moment, then try again.',
  refused: 'This page may not use the service. Tell the owner of the page.',
  invalid: 'The question could not be read. Shorten it or change it.',
  broken: 'The service has a problem. Try again later.',
  retry: 'Try again',
};

// Limits of the API, in characters, and the longest text that is completed.
const MAX_QUESTION = 4000;
const MAX_REASON = 500;
const MAX_SUGGESTED = 100;
// Questions that fit on a phone. Chosen by hand.
const STARTERS = 4;
const SUGGESTIONS = 5;
// Milliseconds without a key before suggestions are fetched. Chosen by hand.
const TYPING_PAUSE = 150;
// Milliseconds before a text is announced: a screen reader first finishes the echo of the keys.
const ANNOUNCE_DELAY = 250;
// Characters of an answer that are announced: about a minute of speech.
const MAX_ANNOUNCED = 1000;
// Milliseconds before a lost request is repeated, and after which a silent one is lost.
const RETRY_DELAY = 1000;
const REQUEST_TIMEOUT = 20000;
// Milliseconds in which another tab answers.
const OTHER_TAB_WAIT = 150;
// Characters of a transcript that outlive a reload. They are written at each key.
const MAX_KEPT = 200000;
// Elements of an answer that are shown.
const MAX_ELEMENTS = 5000;

// ---- Page: trusted HTML, and methods that the page may have replaced ----

/** The policy for answers; null where the page forbids it, so that answers are shown as text. */
const policy = (() => {
  if (!window.trustedTypes) return { createHTML: (html) => html };
  try {
    return window.trustedTypes.createPolicy('faqbot', { createHTML: (html) => html });
  } catch {
    return null;
  }
})();

/** Return the inert document of *html*: no script of it runs, and no image of it is fetched. */
const parse = (html) => new DOMParser().parseFromString(policy.createHTML(html), 'text/html');

// DOM methods used here, by interface. Old libraries replace some of them.
const METHODS = {
  Document: ['createElement', 'createElementNS'],
  Element: ['append', 'remove', 'replaceChildren', 'setAttribute', 'getAttribute', 'hasAttribute',
    'removeAttribute', 'attachShadow', 'querySelector', 'querySelectorAll'],
  HTMLElement: ['focus'],
  Node: ['appendChild', 'contains'],
  EventTarget: ['addEventListener', 'dispatchEvent'],
};

/** Return the methods of METHODS as functions; those of an empty frame if the page replaced some. */
function nativeMethods() {
  const code = Function.prototype.toString;
  const found = {};
  let realm = window;
  const collect = () => {
    let clean = true;
    for (const type of Object.keys(METHODS)) {
      for (const name of METHODS[type]) {
        const method = realm[type].prototype[name];
        clean = clean && /\[native code\]/.test(code.call(method));
        found[name] = realm.Function.prototype.call.bind(method);
      }
    }
    return clean;
  };
  if (!collect() && policy) {
    const frame = parse('<iframe hidden></iframe>').body.firstChild;
    const range = new Range();
    range.setStart(document.documentElement, 0);
    range.insertNode(frame);
    realm = frame.contentWindow;
    collect();
    found.remove(frame);
  }
  return found;
}

const dom = nativeMethods();

/** Return a new element. *props* are attributes, `text`, and listeners ("@event"). Classes are parts. */
function h(tag, props, ...children) {
  const node = dom.createElement(document, tag);
  for (const name of Object.keys(props || {})) {
    const value = props[name];
    if (name === 'text') node.textContent = value;
    else if (name[0] === '@') dom.addEventListener(node, name.slice(1), value);
    else if (value !== false && value !== undefined) {
      dom.setAttribute(node, name, value === true ? '' : value);
    }
    if (name === 'class') dom.setAttribute(node, 'part', value);
  }
  dom.append(node, ...children);
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';
// Outlines on a grid of 24 by 24. "no" is "yes", turned.
const ICONS = {
  chat: 'M4 5.5h16v11H10l-4.5 3.5v-3.5H4z M8.5 9.5h7 M8.5 12.5h4.5',
  close: 'M6 6l12 12 M18 6L6 18',
  restart: 'M4.5 12a7.5 7.5 0 1 0 2.4-5.5 M4.5 4v4h4',
  send: 'M4 12h15 M13 6l6 6-6 6',
  copy: 'M9 9h10v10H9z M15 9V5H5v10h4',
  yes: 'M8 20V10l4-6.5c1.6 0 2.3 1 2 2.5L13.4 9.5h5.1c1 0 1.7.9 1.5 1.9L18.7 18c-.2 1.2-1 2-2.2 2z'
    + 'M8 10.5H4.5V20H8',
};

function icon(name) {
  const svg = dom.createElementNS(document, SVG, 'svg');
  const path = dom.createElementNS(document, SVG, 'path');
  dom.setAttribute(svg, 'viewBox', '0 0 24 24');
  dom.setAttribute(svg, 'aria-hidden', 'true');
  dom.setAttribute(path, 'd', ICONS[name] || ICONS.yes);
  dom.append(svg, path);
  return svg;
}

function iconButton(name, label, action) {
  return h('button', { class: `tool ${name}`, type: 'button', title: label, 'aria-label': label,
    '@click': action }, icon(name));
}

/** Return 128 random bits in hexadecimal. `crypto.randomUUID` is missing on plain HTTP. */
function randomId() {
  let id = '';
  for (const part of crypto.getRandomValues(new Uint32Array(4))) id += part.toString(16).padStart(8, '0');
  return id;
}

const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

// ---- Answers: HTML of the service, built again from what is allowed ----

// Elements of an answer that are kept. Of others only the text is shown, and of DROPPED nothing.
const KEPT = /^(P|BR|HR|UL|OL|LI|STRONG|B|EM|I|DEL|S|CODE|PRE|BLOCKQUOTE|H[1-6]|TABLE|THEAD|TBODY|TR|TH|TD)$/;
const DROPPED = /^(SCRIPT|STYLE|TEMPLATE|IFRAME|SVG|MATH|NOSCRIPT)$/i;
const LINK = /^(https?|mailto|tel):/;

/** Return the absolute address of *value* below *base* if a link may have it, else "". */
function safeAddress(value, base) {
  try {
    const { href } = new URL(value, base);
    return value && LINK.test(href) ? href : '';
  } catch {
    return '';
  }
}

/** Return a link to *address*. If it leaves the site of the page, it opens in a new tab. */
function newLink(address, text = '') {
  const away = /^http/.test(address) && new URL(address).origin !== location.origin;
  return h('a', { href: address, text, target: away && '_blank', rel: away && 'noopener noreferrer',
    'aria-describedby': away && 'new-tab' });
}

// Control characters, and marks that reverse the text around them.
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** Answers of the service at the address *base* as DOM nodes. */
class AnswerBuilder {
  constructor(base) {
    this.base = base;
    this.left = MAX_ELEMENTS;
  }

  /** Return an element with the answer *html*, or with *text* where HTML is not allowed. */
  build(html, text) {
    const body = h('div', { class: 'text', dir: 'auto' });
    if (policy && html) this.copy(parse(html).body, body);
    else dom.append(body, h('p', { class: 'plain', text: text.replace(CONTROLS, '') }));
    return body;
  }

  copy(from, to) {
    for (let node = from.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === 3) dom.append(to, node.data.replace(CONTROLS, ''));
      else if (node.nodeType === 1 && this.left > 0 && !DROPPED.test(node.nodeName)) {
        this.left -= 1;
        this.copyElement(node, to);
      }
    }
  }

  copyElement(node, to) {
    const name = node.nodeName;
    const address = name === 'A' && safeAddress(dom.getAttribute(node, 'href'), this.base);
    if (name === 'IMG') this.copyImage(node, to);
    else if (!address && !KEPT.test(name)) this.copy(node, to);
    else {
      // The title of the panel has level 2.
      const copy = address ? newLink(address) : h(name.replace(/H\d/, 'H3'));
      if (name === 'OL') copy.start = node.start;
      this.copy(node, copy);
      // A wide table scrolls by itself, also by keyboard.
      dom.append(to, name === 'TABLE' ? h('div', { class: 'wide', tabindex: 0 }, copy) : copy);
    }
  }

  /** Show a link instead of an image: fetching it could tell a third party who reads. */
  copyImage(node, to) {
    const address = safeAddress(dom.getAttribute(node, 'src'), this.base);
    const name = dom.getAttribute(node, 'alt') || address;
    dom.append(to, address ? newLink(address, name) : name);
  }
}

// ---- Service ----

/** Request that failed. *kind* is the name of a text. */
class RequestFailure extends Error {
  constructor(kind, status = 0, body = '') {
    super(body || kind);
    Object.assign(this, { kind, status });
  }
}

function failureKind(status) {
  if (status === 429 || status === 503) return 'busy';
  if (status === 401 || status === 403 || status === 421) return 'refused';
  return status === 413 || status === 422 ? 'invalid' : 'broken';
}

/** Client of the API at *base*. *token* returns the token of a person, *onRetry* hears of a retry. */
class ServiceClient {
  constructor(base, key, token, onRetry) {
    Object.assign(this, { base, key, token, onRetry });
  }

  /** Return the text of the response. Objects without a prototype ignore changes of Object.prototype. */
  async send(path, body) {
    const headers = { __proto__: null };
    if (body) headers['Content-Type'] = 'application/json';
    if (this.key) headers.Authorization = `Bearer ${this.key}`;
    if (this.token()) headers['faqbot-token'] = this.token();
    const response = await fetch(new URL(path, this.base), {
      __proto__: null,
      method: body ? 'POST' : 'GET',
      body: body && JSON.stringify({ __proto__: null, ...body }),
      credentials: 'omit',
      headers,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT),
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new RequestFailure(failureKind(response.status), response.status, text);
  }

  /** Send *body*, and once more if the connection is lost or the service busy. */
  async post(path, body, again = true) {
    try {
      return await this.send(path, body);
    } catch (failure) {
      const lost = !failure.status;
      if (again && (lost || failure.status === 503)) {
        this.onRetry();
        await pause(RETRY_DELAY);
        return this.post(path, body, false);
      }
      throw lost ? new RequestFailure('lost') : failure;
    }
  }
}

// ---- Conversation of this tab ----

// Names in use on this page: its elements never share a conversation.
const namesInUse = new Set();

/**
 * Conversation of one element in one tab, kept in sessionStorage.
 *
 * *lines* are the transcript: each is "q" (question), "a" (reply) or "v" (verdict), and JSON. A tab that
 * is duplicated copies all that. The copy hears from the first tab, and gives the conversation up.
 */
class TabSession {
  constructor(name) {
    this.name = name;
    while (namesInUse.has(this.name)) this.name += '+';
    namesInUse.add(this.name);
    this.tab = randomId();
    this.load();
  }

  load() {
    const state = { conversation: '', open: false, draft: '', pending: '', request: '', lines: '' };
    try { Object.assign(state, JSON.parse(sessionStorage.getItem(this.name))); } catch { /* not kept */ }
    Object.assign(this, state, { lines: state.lines ? `${state.lines}`.split('\n') : [] });
    this.listen();
  }

  /** Ask other tabs for this conversation. *settled* resolves when they had the time to answer. */
  listen() {
    this.settled = Promise.resolve();
    if (!window.BroadcastChannel) return;
    this.channel = new BroadcastChannel('faqbot');
    this.channel.onmessage = ({ data }) => this.hear(`${data}`.split(' '));
    if (this.conversation) {
      this.channel.postMessage(`whose ${this.conversation} ${this.tab}`);
      this.settled = pause(OTHER_TAB_WAIT);
    }
  }

  hear([word, conversation, tab]) {
    if (!conversation || conversation !== this.conversation || tab === this.tab) return;
    if (word === 'whose') this.channel.postMessage(`mine ${conversation} ${this.tab}`);
    else {
      this.conversation = '';
      this.save();
    }
  }

  leave() {
    if (this.channel) this.channel.close();
  }

  add(kind, text) {
    this.lines[this.lines.length] = kind + text.replace(/\n/g, ' ');
    this.save();
  }

  save() {
    const { conversation, open, draft, pending, request } = this;
    let lines = this.lines.join('\n');
    while (lines.length > MAX_KEPT) lines = lines.slice(lines.indexOf('\nq', 1) + 1 || lines.length);
    const kept = { __proto__: null, conversation, open, draft, pending, request, lines };
    try { sessionStorage.setItem(this.name, JSON.stringify(kept)); } catch { /* kept in memory */ }
  }
}

// ---- Looks ----

const STYLE = `
/* The page's rules reach the element itself, so nothing of it may count. Variables still do. */
:host { all: initial !important; }
:host([inline]) { display: block !important; block-size: var(--faqbot-height, 100%) !important; }
:host([hidden]) { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }

.root {
  color-scheme: light dark;
  --bg: var(--faqbot-background, light-dark(#fff, #16181d));
  --ink: var(--faqbot-color, light-dark(#1b1e25, #eceef3));
  --soft: light-dark(#596070, #a9b0be);
  --line: light-dark(#e4e7ee, #2d323c);
  --edge: light-dark(#868ea0, #737c8f);
  --fill: light-dark(#f3f5f9, #20242c);
  --accent: var(--faqbot-accent, light-dark(#2f5bea, #4068ee));
  --on: var(--faqbot-on-accent, #fff);
  --link: var(--faqbot-link, light-dark(#2450d8, #a3b8ff));
  --bad: light-dark(#a8201a, #ffb3ac);
  --round: var(--faqbot-radius, 16px);
  --gap: var(--faqbot-inset, 24px);
  font: 400 var(--faqbot-font-size, max(1rem, 16px))/1.5 var(--faqbot-font, system-ui, sans-serif);
  color: var(--ink);
  text-align: start;
}
:host([theme='light']) .root { color-scheme: light; }
:host([theme='dark']) .root { color-scheme: dark; }
:host([inline]) .root { block-size: 100%; }

.sr { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
[hidden] { display: none !important; }
.no svg { transform: scale(-1); }
svg { inline-size: 1.25em; block-size: 1.25em; flex: none; fill: none; stroke: currentColor;
  stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
[dir='rtl'] :is(.send, .restart) svg { transform: scaleX(-1); }
p, ul, ol, .title { margin: 0; padding: 0; }
/* Each text has the direction of its own words. */
p, span, li, label, button, input, .title, .question { unicode-bidi: plaintext; }
button, input { font: inherit; color: inherit; }
button { border: 1px solid transparent; background: none; cursor: pointer; padding: 0; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }

.launcher { position: fixed; inset-block-end: var(--gap); inset-inline-end: var(--gap);
  z-index: var(--faqbot-z-index, 2147483000); display: flex; align-items: center; gap: .6em;
  min-block-size: 3.25em; padding-inline: 1.1em 1.35em; border-radius: 2em; font-weight: 600;
  background: var(--accent); color: var(--on);
  box-shadow: 0 8px 24px #0003; }
.launcher:hover, .send:hover { background: color-mix(in srgb, var(--accent), #000 12%); }

.panel { display: flex; flex-direction: column; overflow: hidden; margin: 0; padding: 0;
  color: inherit; background: var(--bg); border: 1px solid var(--line); border-radius: var(--round); }
.panel:focus { outline: none; }
:host([inline]) .panel { block-size: 100%; min-block-size: 20em; position: relative; }
.floating { position: fixed; inset: auto; inset-block-end: var(--gap); inset-inline-end: var(--gap);
  z-index: var(--faqbot-z-index, 2147483000); inline-size: var(--faqbot-width, 25em);
  max-inline-size: calc(100vw - 2 * var(--gap)); max-block-size: calc(100dvh - 2 * var(--gap));
  block-size: var(--faqbot-height, 41em); box-shadow: 0 16px 48px #0004; }

.header { display: flex; align-items: center; gap: .25em; padding-block: .6em;
  padding-inline: 1.1em .6em; border-block-end: 1px solid var(--line); }
.badge { display: grid; place-items: center; flex: none; inline-size: 2em; block-size: 2em;
  margin-inline-end: .5em; border-radius: .7em; background: var(--accent); color: var(--on); }
.title { flex: 1; min-inline-size: 0; font-size: 1em; font-weight: 600; overflow-wrap: anywhere; }
.tool { display: inline-grid; place-items: center; flex: none;
  inline-size: 2.25em; block-size: 2.25em; border-radius: .6em; color: var(--soft); }
.tool:hover { background: var(--fill); color: var(--ink); }
.tool[aria-pressed='true'] { color: var(--link); background: var(--fill); border-color: currentColor; }

.log { flex: 1; min-block-size: 0; overflow: auto; overscroll-behavior: contain; position: relative;
  padding: 1.1em; display: flex; flex-direction: column; gap: 1em; }
.log:focus-visible { outline-offset: -3px; }
.log > * { flex: none; max-inline-size: 100%; }
.hello { font-size: 1.2em; font-weight: 600; line-height: 1.35; }
.question { align-self: flex-end; margin-block-start: .5em; max-inline-size: 85%; padding: .55em .9em;
  border-radius: 1.15em; border-end-end-radius: .3em; background: var(--accent); color: var(--on);
  border: 1px solid transparent; white-space: pre-wrap; overflow-wrap: anywhere; }
.reply { display: flex; flex-direction: column; gap: .6em; overflow-wrap: anywhere; }
.reply > :empty { display: none; }
.answer { align-self: flex-start; max-inline-size: 100%; padding: .75em 1em;
  border-radius: 1.15em; border-end-start-radius: .3em; background: var(--fill);
  border: 1px solid transparent; }
.heading { font-weight: 600; margin-block-end: .4em; }
.text > * { margin-block: .6em; }
.text > :first-child { margin-block-start: 0; }
.text > :last-child { margin-block-end: 0; }
.text :is(ul, ol) { padding-inline-start: 1.4em; }
.text h3 { font-size: 1em; margin-block: .8em .3em; }
.text :is(pre, code) { font: .9em ui-monospace, monospace; }
.text pre { white-space: pre-wrap; }
.text blockquote { margin-inline: 0; padding-inline-start: .8em;
  border-inline-start: 3px solid var(--edge); }
.wide { overflow-x: auto; }
.text table { border-collapse: collapse; }
.text :is(th, td) { padding: .3em .6em; border: 1px solid var(--edge); text-align: start;
  overflow-wrap: normal; }
.plain { white-space: pre-wrap; }
a { color: var(--link); }
.source { margin-block-start: .75em; padding-block-start: .6em;
  border-block-start: 1px solid var(--line); font-size: .875em; color: var(--soft); }
.contact { padding: .6em .9em; border-inline-start: 3px solid var(--accent); border-radius: .4em;
  background: var(--bg); }

.tools { display: flex; flex-wrap: wrap; align-items: center; gap: .4em; font-size: .875em;
  color: var(--soft); min-block-size: 2.25em; }
.tools .copy { margin-inline-end: auto; }
.group { display: grid; gap: .5em; }
.label { font-size: .875em; font-weight: 600; color: var(--soft); }
.option { padding: .55em .9em; border-radius: .8em; text-align: start; min-block-size: 2.75em;
  line-height: 1.35; color: var(--link); border-color: color-mix(in srgb, var(--link) 40%, transparent); }
.option:hover { border-color: var(--link); background: var(--fill); }
.choices { counter-reset: n; }
.choices .option { display: flex; gap: .6em; align-items: baseline; }
.choices .option::before { counter-increment: n; content: counter(n) / '';
  font-weight: 600; }

.reason { display: flex; flex-wrap: wrap; gap: .5em; }
.reason label { flex: 1 0 100%; font-size: .875em; font-weight: 600; }
.field { flex: 1; min-inline-size: 0; min-block-size: 2.75em; padding: .5em .9em;
  border: 1px solid var(--edge); border-radius: .8em; background: var(--bg); }
.field::placeholder { color: var(--soft); opacity: 1; }
.field:focus-visible { outline-offset: -1px; border-color: transparent; }

.waiting { align-self: flex-start; display: flex; gap: .35em; padding: .75em 1em;
  border-radius: 1.15em; background: var(--fill); }
.waiting i { inline-size: .45em; block-size: .45em; border-radius: 50%; background: var(--soft); }
.notice { display: flex; flex-wrap: wrap; align-items: center; gap: .5em 1em; margin: 0 1.1em .6em;
  padding: .5em .9em; border: 1px solid var(--bad); border-radius: .8em; color: var(--bad); }
.notice p { flex: 1 1 12em; }
.notice button { min-block-size: 2.25em; padding-inline: .8em; border: 1px solid currentColor;
  border-radius: .6em; font-weight: 600; }

.composer { position: relative; display: flex; gap: .5em; padding: .75em 1.1em;
  padding-block-end: calc(.75em + env(safe-area-inset-bottom)); border-block-start: 1px solid var(--line); }
.composer .field { border-radius: 1.5em; }
.send { display: grid; place-items: center; flex: none; inline-size: 2.75em; block-size: 2.75em;
  border-radius: 50%; background: var(--accent); color: var(--on); }
.send[aria-disabled='true'] { background: var(--fill); color: var(--soft); border-color: var(--edge); }
.suggestions { position: absolute; inset-inline: 1.1em; inset-block-end: 100%; max-block-size: 40vh;
  margin-block-end: .4em; padding: .3em; overflow: auto; list-style: none; background: var(--bg);
  border: 1px solid var(--edge); border-radius: .8em; box-shadow: 0 4px 20px #0003; }
.suggestions li { padding: .5em .7em; border-radius: .5em; cursor: pointer; overflow-wrap: anywhere;
  border: 1px solid transparent; }
.suggestions li:is([aria-selected='true'], :hover) { background: var(--fill); }
.suggestions li[aria-selected='true'] { border-color: var(--link); }

/* Full screen where a floating panel would be cramped: phones, and pages at a large zoom. */
@media (max-width: 480px), (max-height: 480px) {
  .floating { inset: 0; inline-size: 100%; block-size: auto; max-inline-size: none;
    max-block-size: none; border: 0; border-radius: 0; }
  .root { --gap: var(--faqbot-inset, 16px); }
}
@media (prefers-reduced-motion: no-preference) {
  .floating { animation: rise .18s ease-out; }
  .waiting i { animation: beat 1.2s infinite ease-in-out; }
  .waiting i + i { animation-delay: .15s; }
  .waiting i + i + i { animation-delay: .3s; }
}
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
@keyframes beat { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }
@media (forced-colors: active) {
  .launcher, .send, .tool, .option, .question, .answer { border-color: ButtonBorder; }
  .tool[aria-pressed='true'], .suggestions li[aria-selected='true'] { forced-color-adjust: none;
    background: Highlight; color: HighlightText; }
}
`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

// ---- Parts of the panel ----

/** Announcer: the only live regions, which stand in the page from the start. */
class Announcer {
  constructor() {
    this.polite = h('div', { class: 'sr', 'aria-live': 'polite', 'aria-atomic': 'true' });
    this.assertive = h('div', { class: 'sr', 'aria-live': 'assertive', 'aria-atomic': 'true' });
  }

  /** Announce *text* instead of what still waits. */
  say(text, urgent = false) {
    const region = urgent ? this.assertive : this.polite;
    clearTimeout(this.timer);
    region.textContent = '';
    this.timer = setTimeout(() => { region.textContent = text.slice(0, MAX_ANNOUNCED); }, ANNOUNCE_DELAY);
  }
}

/** List box of the combobox *input*. *find* completes a text, *choose* and *onCount* are told. */
class SuggestionList {
  constructor(input, { find, choose, onCount }) {
    Object.assign(this, { input, find, choose, onCount });
    this.box = h('ul', { class: 'suggestions', id: 'list', role: 'listbox', hidden: true });
    this.active = -1;
    dom.addEventListener(input, 'input', () => this.later());
    dom.addEventListener(input, 'blur', () => this.close());
    // The pointer must not take the focus from the input, as that would close the list.
    dom.addEventListener(this.box, 'pointerdown', (event) => event.preventDefault());
  }

  later() {
    this.close();
    this.timer = setTimeout(() => this.fetch(), TYPING_PAUSE);
  }

  async fetch() {
    const text = this.input.value.trim();
    if (text.length < 2 || text.length > MAX_SUGGESTED) return;
    const { timer } = this;
    let found = [];
    try { found = await this.find(text); } catch { /* typing goes on without suggestions */ }
    if (timer === this.timer && found.length) this.open(found);
  }

  open(questions) {
    dom.replaceChildren(this.box);
    let index = 0;
    for (const question of questions) {
      dom.append(this.box, h('li', { id: `option${index}`, role: 'option', 'aria-selected': 'false',
        text: question, '@click': () => this.take(question) }));
      index += 1;
    }
    this.box.hidden = false;
    dom.setAttribute(this.input, 'aria-expanded', 'true');
    this.onCount(index);
  }

  close() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.box.hidden = true;
    this.active = -1;
    dom.setAttribute(this.input, 'aria-expanded', 'false');
    dom.removeAttribute(this.input, 'aria-activedescendant');
  }

  take(question) {
    this.close();
    this.choose(question);
  }

  /** Return true if the list used the key *name*. */
  key(name) {
    if (this.box.hidden) return false;
    const options = this.box.children;
    if (name === 'Escape') this.close();
    else if (name === 'Enter' && this.active >= 0) this.take(options[this.active].textContent);
    else if (name === 'ArrowDown') this.move(this.active + 1);
    else if (name === 'ArrowUp') this.move(this.active < 0 ? options.length - 1 : this.active - 1);
    else return false;
    return true;
  }

  /** Make the option at *index* the active one; one step outside is the input itself. */
  move(index) {
    const options = this.box.children;
    this.active = index < options.length ? index : -1;
    for (const option of options) {
      dom.setAttribute(option, 'aria-selected', `${option === options[this.active]}`);
    }
    if (this.active < 0) dom.removeAttribute(this.input, 'aria-activedescendant');
    else {
      dom.setAttribute(this.input, 'aria-activedescendant', `option${this.active}`);
      options[this.active].scrollIntoView({ block: 'nearest' });
    }
  }
}

/** A reply in the transcript. *chat* is the element, *asked* the question as typed. */
class ReplyView {
  constructor(chat, reply, asked) {
    Object.assign(this, { chat, reply, texts: chat.texts });
    this.body = new AnswerBuilder(chat.service.base).build(reply.answer_html, reply.answer);
    this.heading = sameWords(reply.heading, asked) ? '' : reply.heading;
    this.offer = reply.choices.length ? 'choices' : 'related';
    this.offered = reply.follow_ups;
    if (reply.choices.length) {
      this.offered = [...reply.choices, { entry: 'none', question: this.takeList() || this.texts.none }];
    }
    this.below = h('div');
    this.node = h('div', { class: 'reply' }, h('span', { class: 'sr', text: this.texts.bot }),
      this.bubble(), this.tools(), this.below, this.options());
  }

  /** Remove the numbered list of choices, which the buttons repeat. Return the text of "none". */
  takeList() {
    const { choices } = this.reply;
    for (const list of dom.querySelectorAll(this.body, 'ol')) {
      const { length, 0: first, [length - 1]: last } = list.children;
      if (length > choices.length && sameWords(first.textContent, choices[0].question)) {
        dom.remove(list);
        return last.textContent.trim();
      }
    }
    return '';
  }

  /** Set the contact apart, which ends the text of a miss. */
  takeContact(contact) {
    const { length } = contact.split(/\n\s*\n/);
    const blocks = [...this.body.children].slice(-length);
    dom.append(this.body, h('div', { class: 'contact' }, ...blocks));
  }

  bubble() {
    const { reply, texts, chat: { service: { base } } } = this;
    const bubble = h('div', { class: 'answer' });
    if (this.heading) dom.append(bubble, h('p', { class: 'heading', text: this.heading }));
    dom.append(bubble, this.body);
    const contact = (reply.contact || '').trim();
    if (policy && contact && reply.answer.trim().endsWith(contact)) this.takeContact(contact);
    if (reply.source) {
      const address = safeAddress(reply.url, base);
      dom.append(bubble, h('p', { class: 'source' }, `${texts.source} `,
        address ? newLink(address, reply.source) : reply.source));
    }
    return bubble;
  }

  /** Return the buttons to copy and judge an answer; "" for courtesies and misses. */
  tools() {
    const { reply, texts } = this;
    if (reply.outcome !== 'answered' || reply.manners) return '';
    const copy = iconButton('copy', texts.copy, () => this.copy(copy));
    const row = h('div', { class: 'tools' }, copy);
    if (reply.record) {
      this.verdicts = [this.verdict('yes', true), this.verdict('no', false)];
      dom.append(row, h('span', { id: `v${reply.record}`, text: texts.helpful }),
        h('div', { role: 'group', 'aria-labelledby': `v${reply.record}` }, ...this.verdicts));
    }
    return row;
  }

  verdict(name, helpful) {
    const button = iconButton(name, this.texts[name], () => this.judge(helpful));
    dom.setAttribute(button, 'aria-pressed', 'false');
    return button;
  }

  async copy(button) {
    const text = this.body.innerText;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without the clipboard interface, as on plain HTTP, a selection is copied.
      getSelection().selectAllChildren(this.body);
      document.execCommand('copy');
    }
    this.chat.announcer.say(this.texts.copied);
    button.title = this.texts.copied;
  }

  mark(helpful) {
    dom.setAttribute(this.verdicts[0], 'aria-pressed', `${helpful}`);
    dom.setAttribute(this.verdicts[1], 'aria-pressed', `${!helpful}`);
  }

  async judge(helpful) {
    this.mark(helpful);
    dom.replaceChildren(this.below);
    if (!await this.chat.judge(this.reply.record, helpful)) return;
    if (helpful) this.thank();
    else this.askReason();
  }

  askReason() {
    const { texts, reply } = this;
    const id = `r${reply.record}`;
    const input = h('input', { class: 'field', id, maxlength: MAX_REASON, autocomplete: 'off' });
    dom.append(this.below, h('form', { class: 'reason', '@submit': async (event) => {
      event.preventDefault();
      const reason = input.value.trim();
      if (!reason || await this.chat.judge(reply.record, false, reason)) this.thank();
    } }, h('label', { for: id, text: texts.reason }), input,
    h('button', { class: 'option', text: texts.reasonSend })));
    dom.focus(input);
  }

  thank() {
    const text = this.texts.thanks;
    if (dom.contains(this.below, this.chat.shadowRoot.activeElement)) this.chat.focusInput();
    dom.replaceChildren(this.below, h('p', { class: 'label', text }));
    this.chat.announcer.say(text);
  }

  options() {
    const { chat, texts, offer, offered } = this;
    return offered.length ? optionGroup(offer, texts[offer], offered,
      ({ entry, question }) => chat.pick(entry, question)) : '';
  }

  /** Return the text to announce: the answer, and the number of questions offered. */
  spoken() {
    const { body, heading, texts, offer, offered } = this;
    const count = offered.length ? `${texts[offer]}: ${offered.length}` : '';
    return `${heading} ${body.textContent} ${count}`.trim();
  }
}

let groups = 0;

/** Return a labelled group of buttons for *options*; *choose* gets the one pressed. */
function optionGroup(name, label, options, choose) {
  groups += 1;
  const id = `group${groups}`;
  const group = h('div', { class: `group ${name}`, role: 'group', 'aria-labelledby': id },
    h('p', { class: name === 'choices' ? 'sr' : 'label', id, text: label }));
  for (const option of options) {
    dom.append(group, h('button', { class: 'option', type: 'button',
      text: option.question, '@click': () => choose(option) }));
  }
  return group;
}

function questionsOf(entries) {
  const questions = [];
  for (const { question } of entries) questions[questions.length] = question;
  return questions;
}

/** Return true if both texts have the same letters and digits in the same order. */
function sameWords(one, other) {
  const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  return plain(one) === plain(other);
}

// ---- Element ----

/** Return starters and texts of *element*. Attributes win over JSON. */
function readSettings(element) {
  let json = {};
  const script = dom.querySelector(element, 'script[type="application/json"]');
  try {
    if (script) json = JSON.parse(script.textContent);
  } catch (error) {
    console.warn(`faqbot-chat: the JSON inside the element cannot be read: ${error.message}`);
  }
  const texts = { ...TEXTS, ...json.texts };
  for (const name of Object.keys(TEXTS)) {
    const attribute = `text-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    texts[name] = dom.getAttribute(element, attribute) || texts[name];
  }
  const starters = dom.getAttribute(element, 'starters');
  return { texts, starters: starters === null ? json.starters : starters.split('|') };
}

const smallScreen = matchMedia('(max-width: 480px), (max-height: 480px)');

class FaqbotChat extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) this.session.load();
    else this.start();
    this.root.dir = getComputedStyle(this).direction;
    this.onLeave = () => this.session.leave();
    this.onReturn = (event) => event.persisted && this.reload();
    dom.addEventListener(window, 'pagehide', this.onLeave);
    dom.addEventListener(window, 'pageshow', this.onReturn);
  }

  disconnectedCallback() {
    this.session.leave();
    window.removeEventListener('pagehide', this.onLeave);
    window.removeEventListener('pageshow', this.onReturn);
  }

  start() {
    const base = new URL(dom.getAttribute(this, 'service') || '.', import.meta.url).href.replace(/\/?$/, '/');
    const key = dom.getAttribute(this, 'key') || '';
    Object.assign(this, readSettings(this));
    this.inline = dom.hasAttribute(this, 'inline');
    this.announcer = new Announcer();
    const token = () => dom.getAttribute(this, 'token');
    this.service = new ServiceClient(base, key, token, () => this.warn('retrying'));
    this.session = new TabSession(`faqbot ${base} ${key} ${this.id}`);
    this.render();
    this.restore();
    if (this.inline) this.welcome();
    else if (this.session.open && !smallScreen.matches) this.show({ focus: false });
  }

  render() {
    const { texts } = this;
    this.log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': texts.log,
      tabindex: 0 });
    this.starterGroup = h('div');
    this.notice = h('div', { class: 'notice', hidden: true });
    this.panel = h('section', { class: this.inline ? 'panel' : 'panel floating', tabindex: -1,
      role: !this.inline && 'dialog', popover: !this.inline && 'manual', 'aria-labelledby': 'title',
      hidden: !this.inline }, this.header(), this.log, this.notice, this.composer());
    this.launcher = h('button', { class: 'launcher', type: 'button', hidden: this.inline,
      'aria-haspopup': 'dialog', '@click': () => this.show() },
    icon('chat'), h('span', { text: texts.launch }));
    this.root = h('div', { class: 'root' }, this.announcer.polite, this.announcer.assertive, this.launcher,
      this.panel, h('span', { id: 'new-tab', hidden: true, text: texts.newTab }));
    // Keys typed here are no shortcuts of the page, which sees them as keys of the element.
    for (const type of ['keydown', 'keypress', 'keyup']) {
      dom.addEventListener(this.root, type, (event) => event.stopPropagation());
    }
    dom.addEventListener(this.panel, 'keydown', (event) => this.key(event));
    const shadow = dom.attachShadow(this, { mode: 'open' });
    shadow.adoptedStyleSheets = [sheet];
    dom.appendChild(shadow, this.root);
  }

  header() {
    const { texts, inline } = this;
    const level = dom.getAttribute(this, 'level') || 2;
    return h('div', { class: 'header' }, h('span', { class: 'badge' }, icon('chat')),
      h(`h${level}`, { class: 'title', id: 'title', text: texts.title }),
      iconButton('restart', texts.restart, () => this.restart()),
      inline ? '' : iconButton('close', texts.close, () => this.hide()));
  }

  composer() {
    const { texts, service } = this;
    this.input = h('input', { class: 'field input', role: 'combobox', type: 'text',
      maxlength: MAX_QUESTION, enterkeyhint: 'send', autocomplete: 'off', placeholder: texts.input,
      'aria-label': texts.input, 'aria-autocomplete': 'list', 'aria-expanded': 'false',
      'aria-controls': 'list',
      '@input': () => this.keepDraft() });
    this.suggestions = new SuggestionList(this.input, {
      find: async (text) => {
        const path = `v1/suggest?limit=${SUGGESTIONS}&q=${encodeURIComponent(text)}`;
        return questionsOf(JSON.parse(await service.send(path)).questions);
      },
      choose: (question) => this.ask(question),
      onCount: (count) => this.announcer.say(texts.suggestions.replace('{n}', count)),
    });
    this.sendButton = h('button', { class: 'send', title: texts.send, 'aria-label': texts.send },
      icon('send'));
    return h('form', { class: 'composer', '@submit': (event) => {
      event.preventDefault();
      this.ask(this.input.value);
    } }, this.suggestions.box, this.input, this.sendButton);
  }

  /** Show starter questions while nothing was asked. */
  async welcome() {
    if (this.starting || this.session.lines.length) return;
    this.starting = true;
    if (!this.starters) {
      try {
        const { entries } = JSON.parse(await this.service.send(`v1/entries?limit=${STARTERS}`));
        this.starters = questionsOf(entries);
      } catch {
        // The first question says so.
      }
    }
    const offered = [];
    for (const text of this.starters || []) {
      if (text.trim()) offered[offered.length] = { question: text.trim() };
    }
    if (!offered.length || this.busy || this.session.lines.length) return;
    dom.remove(this.starterGroup);
    this.starterGroup = optionGroup('starters', this.texts.starters, offered,
      ({ question }) => this.ask(question));
    dom.append(this.log, this.starterGroup);
  }

  restore() {
    const { session, texts } = this;
    dom.replaceChildren(this.log, h('p', { class: 'hello', text: texts.greeting }));
    this.views = Object.create(null);
    this.starting = false;
    let asked = '';
    try {
      for (const line of session.lines) {
        const value = JSON.parse(line.slice(1));
        if (line[0] === 'q') {
          asked = value;
          this.showQuestion(asked);
        } else if (line[0] === 'a') this.showReply(value, asked);
        else if (this.views[value.record]) this.views[value.record].mark(value.helpful);
      }
    } catch {
      session.lines = [];
    }
    this.input.value = session.draft;
    this.log.scrollTop = this.log.scrollHeight;
  }

  reload() {
    this.session.load();
    this.restore();
  }

  keepDraft() {
    this.session.draft = this.input.value;
    this.session.save();
  }

  setOpen(open) {
    const { panel, launcher, session } = this;
    panel.hidden = !open;
    launcher.hidden = open;
    // The top layer, where no element of the page covers the panel.
    if (panel.togglePopover) panel.togglePopover(open);
    session.open = open;
    session.save();
  }

  /** Open the panel, with or without moving the focus. */
  show({ focus = true } = {}) {
    if (this.inline) return;
    this.setOpen(true);
    this.welcome();
    if (focus) this.focusInput();
    this.tell('open');
  }

  /** Focus the input; on a touch screen the panel, as the keyboard would cover half of it. */
  focusInput() {
    dom.focus(matchMedia('(pointer: coarse)').matches ? this.panel : this.input);
  }

  hide() {
    if (this.inline || this.panel.hidden) return;
    this.setOpen(false);
    dom.focus(this.launcher);
    this.tell('close');
  }

  restart() {
    const { session } = this;
    session.lines = [];
    session.conversation = session.draft = session.pending = '';
    session.save();
    this.setBusy(false);
    this.notice.hidden = true;
    this.restore();
    this.welcome();
    this.focusInput();
  }

  key(event) {
    if (event.isComposing) return;
    const used = event.target === this.input && this.suggestions.key(event.key);
    if (used) event.preventDefault();
    else if (event.key === 'Escape') this.hide();
    else if (event.key === 'Tab' && !this.inline && smallScreen.matches) this.wrapFocus(event);
  }

  /** Keep the focus in a panel that fills the screen, as everything else is covered. */
  wrapFocus(event) {
    let first;
    let last;
    for (const node of dom.querySelectorAll(this.panel, 'button, input, a, [tabindex="0"]')) {
      if (node.checkVisibility ? node.checkVisibility() : node.offsetParent) {
        first = first || node;
        last = node;
      }
    }
    const { activeElement } = this.shadowRoot;
    if (activeElement === (event.shiftKey ? first : last) || activeElement === this.panel) {
      event.preventDefault();
      dom.focus(event.shiftKey ? last : first);
    }
  }

  /** Ask *text* as if a person had typed it. */
  ask(text) {
    const { session } = this;
    const question = `${text}`.trim();
    if (!question || this.busy) return this.focusInput();
    // The same text again is the same request, so that a lost answer is not recorded twice.
    if (session.pending !== question) session.request = randomId();
    session.pending = question;
    this.input.value = '';
    this.suggestions.close();
    const { request } = session;
    return this.turn(question, () => this.send(question, request));
  }

  /** Pick the offered *entry*. If the service has forgotten the offer, ask its *question*. */
  pick(entry, question) {
    const request = randomId();
    return this.turn(question, async () => {
      try {
        const { conversation } = this.session;
        if (conversation) return await this.service.post('v1/pick', { conversation, entry, request });
      } catch (failure) {
        if (failure.status !== 404 && failure.status !== 409) throw failure;
      }
      return this.send(question, `${request}+`);
    });
  }

  send(question, request) {
    const body = { question, request, limit: 1 };
    if (this.session.conversation) body.conversation = this.session.conversation;
    return this.service.post('v1/ask', body);
  }

  /** Show *question*, and the reply that *send* fetches. */
  async turn(question, send) {
    if (this.busy) return;
    this.setBusy(true);
    this.tell('ask', { question });
    const bubble = this.showQuestion(question);
    const waiting = h('div', { class: 'waiting', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
    dom.append(this.log, waiting);
    this.reveal(bubble);
    if (this.shadowRoot.activeElement !== this.input) this.focusInput();
    this.announcer.say(this.texts.waiting);
    const { lines } = this.session;
    // A restart in the meantime replaces the lines: this turn is then forgotten.
    const isLeft = () => lines !== this.session.lines;
    try {
      await this.session.settled;
      const text = await send();
      if (isLeft()) return;
      this.take(question, text, bubble);
    } catch (failure) {
      if (isLeft()) return;
      dom.remove(bubble);
      this.fail(failure, question, send);
    }
    dom.remove(waiting);
    this.setBusy(false);
  }

  setBusy(busy) {
    this.busy = busy;
    dom.setAttribute(this.sendButton, 'aria-disabled', `${busy}`);
    dom.setAttribute(this.log, 'aria-busy', `${busy}`);
    if (busy) this.notice.hidden = true;
  }

  /** Show and keep the reply in the JSON *text*. */
  take(question, text, bubble) {
    const { session } = this;
    const reply = JSON.parse(text);
    const view = this.showReply(reply, question);
    session.conversation = reply.conversation || session.conversation;
    session.pending = '';
    session.draft = this.input.value;
    session.add('q', JSON.stringify(question));
    session.add('a', text);
    this.notice.hidden = true;
    this.reveal(bubble);
    this.announcer.say(view.spoken());
    this.tell('answer', reply);
  }

  fail(failure, question, send) {
    const kind = failure.kind || 'broken';
    if (!this.input.value) this.input.value = question;
    this.keepDraft();
    this.warn(kind, () => {
      if (this.input.value === question) this.input.value = '';
      this.turn(question, send);
    });
    this.tell('error', { kind, status: failure.status || 0, message: failure.message });
  }

  /** Show the text *kind* above the input, with a button that calls *again*. */
  warn(kind, again) {
    const text = this.texts[kind];
    dom.replaceChildren(this.notice, h('p', { text }));
    if (again) {
      dom.append(this.notice, h('button', { type: 'button', text: this.texts.retry, '@click': again }));
    }
    this.notice.hidden = false;
    this.announcer.say(text, true);
  }

  showQuestion(question) {
    dom.remove(this.starterGroup);
    const bubble = h('div', { class: 'question' },
      h('span', { class: 'sr', text: this.texts.you }), question);
    dom.append(this.log, bubble);
    return bubble;
  }

  showReply(reply, asked) {
    const view = new ReplyView(this, reply, asked);
    if (reply.record) this.views[reply.record] = view;
    dom.append(this.log, view.node);
    return view;
  }

  /** Scroll to *bubble*, so that a long answer is read from its beginning. */
  reveal(bubble) {
    this.log.scrollTop = bubble.offsetTop - 16;
  }

  /** Send a verdict. Return true if it was taken. */
  async judge(record, helpful, reason = '') {
    try {
      await this.service.post('v1/feedback', reason ? { record, helpful, reason } : { record, helpful });
    } catch (failure) {
      this.warn(failure.kind || 'broken');
      return false;
    }
    this.notice.hidden = true;
    this.session.add('v', JSON.stringify({ __proto__: null, record, helpful }));
    this.tell('feedback', { record, helpful, reason });
    return true;
  }

  /** Dispatch the event faqbot:*name* to the page. */
  tell(name, detail) {
    dom.dispatchEvent(this, new CustomEvent(`faqbot:${name}`, { bubbles: true, composed: true, detail }));
  }
}

if (!customElements.get('faqbot-chat')) customElements.define('faqbot-chat', FaqbotChat);
