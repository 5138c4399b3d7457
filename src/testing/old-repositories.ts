/**
 * Files as loopat 0.1.2 and 0.1.62 left them in people's repositories, after the published layout: with what those
 * programs knew, with what only later ones know, and with what people's editors did to them.
 */
const config012 = `{
  "providers": {
    "default": "anthropic",
    "anthropic": { "model": "claude-sonnet", "apiKey": "\${ANTHROPIC_API_KEY}", "color": "blue" },
    "old": { "model": "x", "apiKey": { "vault": "keys/old" } }
  },
  "editor": { "tabs": 3 },
  "shell": "zsh"
}`

const config162 = `{
\t"knowledge": { "git": "git@example.org:team/knowledge.git" },
\t"repos": [{ "name": "app", "git": "https://example.org/app.git", "note": "ours" }],
\t"providers": {
\t\t"default": "router/big/model",
\t\t"router": { "baseUrl": "https://router.example", "models": ["big/model", { "id": "small", "enabled": false, "tier": "haiku" }] }
\t},
\t"default_profiles": [],
\t"onboarding": { "status": "finished-long-ago", "at": "2025-11-01" }
}
`

const board = `---\ncolor: green\n---\n# To do\n\nA paragraph between cards.\n\n- [ ] one #tax\n  > id: k7m2q9x4\n  > Assignee: alice\n  > estimate: 3\n  - [x] a step\n- [ ] one #tax\n\ttext with a tab\n`

export const oldRepositories = {
  "0.1.2": {
    knowledge: {
      "README.md": "# Knowledge\r\n\r\nSee [[tax/Rates]].\r\n",
      "tax/Rates.md":
        "---\nowner: Bob\nreviewed: 2025-01-02\nx-tool: { kept: yes }\n---\n# Rates\n\n19 %, see [[README|start]]",
      ".loopat/.claude/CLAUDE.md": "---\ndescription: 'Ours'\n---\nBe kind.\n",
      ".loopat/.claude/settings.json":
        '{\n  "_comment": "team",\n  "permissions": { "allow": ["Bash(ls:*)"] },\n  "later": [1,2]\n}\n',
      ".loopat/profiles/review/.claude/CLAUDE.md": "# Review\n",
    },
    notes: {
      "inbox.md": "- first thought\n* another, by hand\n\n- last one without an end",
      "focus.md": "# My focus\n\nfree text\n\n## pinned\n- the release\n\n## somebody's own\n- x\n## listed\n",
      "focus/boards/default/todo.md": board,
      "focus/boards/default/config.yaml": 'columns:\n  - file: todo.md\n    color: "#00ff00"\nextra: kept # yes\n',
      "memory/MEMORY.md": "# Memory\n\n- [Taxes](taxes.md) — when it is about money\n",
      "memory/taxes.md": "---\nname: taxes\ndescription: what we pay\ntype: project\nsource: a call\n---\nMuch.\n",
    },
    personal: {
      ".loopat/config.json": config012,
      ".gitattributes": ".loopat/vaults/** filter=git-crypt diff=git-crypt\n",
      ".gitignore": "/.loopat/host/\n",
      "memory/MEMORY.md": "# Memory\n- [Me](me.md) — always\n",
      "memory/me.md": "\ufeff---\nname: me\ntype: user\n---\r\nI like tea.\r\nVery much.\n",
    },
  },
  "0.1.62": {
    knowledge: {
      "guide.markdown": "Guide\n=====\n\n* [rates](tax%20rates.md#now)\n* ![logo](img/logo.png)\n",
      "tax rates.md": "# Tax rates\n\n## Now\n\n| a | b |\n|---|---|\n| 1 | 2 |   \n\n\n\n",
      ".loopat/config.json": '{"notes":{"git":"git@example.org:team/notes.git"},"unknown":true}',
      ".loopat/.claude/mise.toml": '[tools]\nnode = "22" # ours\n',
      ".loopat/.claude/plugins/installed_plugins.json":
        '{"version":1,"plugins":{"a@b":[{"version":"1.0.0","gitCommitSha":"x","extra":1}]}}\n',
    },
    notes: {
      "inbox.md": "- Windows line\r\n- another\r\n",
      "focus.md": "## pinned\r\n- a\r\n## listed\r\n- b\r\n",
      "focus/boards/团队/待办.md":
        "# 待办\n\n- [ ] 写文档 #文档\n  > due: 2026-01-31\n  > loop: 写作 [0f8fad5b-d9cb-469f-a165-70867728950e]\n",
      "journal/2025-12-01.md": "no heading, trailing spaces   \n\ttab\n",
    },
    personal: {
      ".loopat/config.json": config162,
      ".gitattributes": "# mine\n.loopat/vaults/** filter=git-crypt diff=git-crypt\n*.bin binary\n",
      ".gitignore": "/.loopat/host/\n.DS_Store\n",
      ".loopat/.claude/settings.json":
        '{"mcpServers":{"db":{"command":"db","x-loopat-resource":"https://example.org/key"}}}',
    },
  },
} as const satisfies Record<string, Record<"knowledge" | "notes" | "personal", Record<string, string>>>

/** One commit with exactly these files, as a git fast-import stream. */
export function commitOf(files: Readonly<Record<string, string>>): Blob {
  const head =
    "commit refs/heads/main\ncommitter old <old@example.org> 1700000000 +0000\ndata 3\nOld\nfrom refs/heads/main^0\ndeleteall\n"
  const changes = Object.entries(files).map(
    ([path, text]) => `M 100644 inline "${path}"\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  )
  return new Blob([head, ...changes])
}
