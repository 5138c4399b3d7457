import { createScriptedModel } from "../scripted-model.ts"

/** The scripted model behind a port of its own, so that it outlives every server that talks to it. */
export interface ListeningModel extends AsyncDisposable {
  readonly port: number
  /** What people said in the newest request of the conversation in which these words stand, oldest first. */
  conversation(words: string): readonly string[]
  readonly requests: number
}

/** Only the words are kept: hundreds of requests carry the whole conversation each. */
export function listeningModel(): ListeningModel {
  const conversations = new Map<string, readonly string[]>()
  let requests = 0
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      // One of its own for each request: several loops ask at the same moment.
      const model = createScriptedModel()
      const response = await model.serve(request)
      requests++
      const heard = model.heard()
      const about = nameIn(heard.join("\n"))
      if (about) conversations.set(about, heard)
      return response
    },
  })
  const { port } = server
  if (port === undefined) throw new Error("the model has no port")
  return {
    port,
    conversation: (words) => conversations.get(words) ?? [],
    get requests() {
      return requests
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true)
    },
  }
}

/** Every message of a story begins with its loop's name and its own number: `loop3-12`. */
const nameIn = (text: string): string | undefined => /\b(loop\d+)-\d+\b/.exec(text)?.[1]
