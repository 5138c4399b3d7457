import { area } from "./area.ts"

/** Why a model did not answer, in words that say what to do. */
export const gatewayWords = area(
  {
    noProvider: "No model is set up for this loop. Add a provider under Settings → Providers, then try again.",
    missingVariable: (provider: string, variable: string, vault: string) =>
      `${provider} needs ${variable}, which is not in vault ${vault}. Enter its key under Settings → Providers, then try again.`,
    keyRefused: (provider: string) =>
      `The key was refused by ${provider}. Check it under Settings → Providers, then try again.`,
    model: (provider: string, model: string) =>
      `${provider} does not know the model ${model}, or not at this address. Choose another under Settings → Providers.`,
    limit: (provider: string) =>
      `A limit at ${provider} is reached. Wait a while, or choose another provider, then try again.`,
    limitUntil: (provider: string, time: string) =>
      `A limit at ${provider} is reached until ${time}. Try again then, or choose another provider.`,
    credit: (provider: string) =>
      `There is no credit left at ${provider}. Top it up there, or choose another provider.`,
    overloaded: (provider: string) => `${provider} is overloaded. Try again in a moment.`,
    broken: (provider: string) => `${provider} had a problem of its own. Try again in a moment.`,
    request: (provider: string) =>
      `${provider} did not accept the request. Its words are below; choose another model or start a new loop.`,
    network: (provider: string) =>
      `${provider} could not be reached. Check this server's network and the address under Settings → Providers, then try again.`,
    tls: (provider: string) =>
      `${provider} could not prove who it is: its certificate is not valid here. Nothing was sent. Ask an admin to check the address and the certificates of this server.`,
    silent: (provider: string) => `${provider} sent nothing for ten minutes and was given up. Try again.`,
    address: (provider: string) =>
      `The address of ${provider} is private or not encrypted. An admin can allow it by saving it as a workspace provider.`,
  },
  {
    noProvider: "此 Loop 没有可用的模型。请在“设置 → 模型服务”中添加，然后重试。",
    missingVariable: (provider: string, variable: string, vault: string) =>
      `${provider} 需要 ${variable}，但保管库 ${vault} 中没有。请在“设置 → 模型服务”中输入密钥，然后重试。`,
    keyRefused: (provider: string) => `${provider} 拒绝了密钥。请在“设置 → 模型服务”中检查，然后重试。`,
    model: (provider: string, model: string) =>
      `${provider} 在该地址没有模型 ${model}。请在“设置 → 模型服务”中选择其他模型。`,
    limit: (provider: string) => `已达到 ${provider} 的限额。请稍候，或选择其他模型服务后重试。`,
    limitUntil: (provider: string, time: string) =>
      `已达到 ${provider} 的限额，${time} 后恢复。请届时重试，或选择其他模型服务。`,
    credit: (provider: string) => `${provider} 的余额已用完。请前往充值，或选择其他模型服务。`,
    overloaded: (provider: string) => `${provider} 负载过高。请稍后重试。`,
    broken: (provider: string) => `${provider} 出现故障。请稍后重试。`,
    request: (provider: string) => `${provider} 没有接受请求，原话见下。请换一个模型，或新建 Loop。`,
    network: (provider: string) => `无法连接 ${provider}。请检查服务器网络和“设置 → 模型服务”中的地址，然后重试。`,
    tls: (provider: string) =>
      `${provider} 无法证明身份：证书在此无效，没有发送任何内容。请管理员检查地址和服务器证书。`,
    silent: (provider: string) => `${provider} 十分钟没有响应，已放弃。请重试。`,
    address: (provider: string) =>
      `${provider} 的地址是内网地址或未加密。管理员可以将其保存为工作区模型服务来允许使用。`,
  },
)
