// SPDX-License-Identifier: Apache-2.0
// A person and a browser without a screen, at oidc-provider's own pages: signs in, allows, and carries the answer to the
// loopback listener as a browser would (a GET, or the POST of the form).
//   node browser.mjs ADDRESS [--abort] [--family 6] [--device CODE] [--times]
// Prints what it read last: "STATUS text" of the listener, or the words of the provider's page. --times: and a line with when it sent its
// first request and when it reached the listener (milliseconds since 1970).
import http from 'node:http';

const [start, ...words] = process.argv.slice(2);
const option = (name) => { const at = words.indexOf(name); return at < 0 ? undefined : words[at + 1] ?? ''; };
const abort = words.includes('--abort');
const cookies = new Map();
const now = () => performance.timeOrigin + performance.now();
let delivered;

async function visit(method, url, form) {
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const body = form && new URLSearchParams(form);
  const answer = await fetch(url, { method, headers, body, redirect: 'manual' });
  for (const line of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    if (value) cookies.set(name, value); else cookies.delete(name);
  }
  const location = answer.headers.get('location');
  return { next: location && new URL(location, url), html: location ? '' : await answer.text() };
}

const unescape = (text) => text.replace(/&amp;/g, '&').replace(/&quot;/g, '"').replace(/&#39;/g, "'");
const wordsOf = (html) => html.replace(/<style[\s\S]*?<\/style>/g, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim();
const isListener = (url) => url.origin !== new URL(start).origin && url.hostname === 'localhost';

// fetch() chooses an address family by itself; a browser's choice is what is tried here.
function deliver(url, method, body) {
  delivered = now();
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body), origin: 'null' } : {};
    const host = option('--family') === '6' ? '::1' : '127.0.0.1';
    const request = http.request({ host, port: url.port, path: url.pathname + url.search, method, headers: { host: url.host, ...headers } }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += part));
      answer.on('end', () => resolve(`${answer.statusCode} ${wordsOf(text)}`));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function walk(url) {
  for (let step = 0; step < 15; ++step) {
    if (isListener(url)) return deliver(url, 'GET');
    let page = await visit('GET', url);
    if (page.next) { url = page.next; continue; }
    const action = /action="([^"]+)"/.exec(page.html)?.[1];
    const target = action && new URL(unescape(action), url);
    if (target && isListener(target)) {
      const fields = new URLSearchParams();
      for (const [, name, value] of page.html.matchAll(/name="([^"]+)" value="([^"]*)"/g)) fields.append(name, unescape(value));
      return deliver(target, 'POST', fields.toString());
    }
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.html)?.[1];
    if (xsrf) {
      const user_code = /name="user_code"[^>]*value="([^"]+)"/.exec(page.html)?.[1] ?? option('--device');
      page = await visit('POST', target, abort ? { xsrf, user_code, abort: 'yes' } : { xsrf, user_code, confirm: 'yes' });
    } else if (/name="prompt"/.test(page.html)) {
      if (abort) { url = new URL(`${url.pathname.replace(/\/$/, '')}/abort`, url); continue; }
      const prompt = /name="prompt" value="(\w+)"/.exec(page.html)[1];
      page = await visit('POST', target, prompt === 'login' ? { prompt, login: 'ada', password: 'x' } : { prompt });
    } else {
      return wordsOf(page.html).slice(0, 300);
    }
    if (!page.next) return wordsOf(page.html).slice(0, 300);
    url = page.next;
  }
  return 'the pages lead nowhere';
}
const began = now();
console.log(await walk(new URL(start)));
if (words.includes('--times')) console.log(began.toFixed(3), (delivered ?? 0).toFixed(3));
