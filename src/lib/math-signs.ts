/** What names of TeX stand for. */
const table = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(/\s+/).flatMap((pair): [string, string][] => {
      const [name = "", sign = ""] = pair.split("=")
      return name === "" ? [] : [[name, sign]]
    }),
  )

/** Letters. */
export const letters = table(`
  alpha=α beta=β gamma=γ delta=δ epsilon=ϵ varepsilon=ε zeta=ζ eta=η theta=θ vartheta=ϑ iota=ι kappa=κ lambda=λ mu=μ nu=ν
  xi=ξ pi=π varpi=ϖ rho=ρ varrho=ϱ sigma=σ varsigma=ς tau=τ upsilon=υ phi=ϕ varphi=φ chi=χ psi=ψ omega=ω
  Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Xi=Ξ Pi=Π Sigma=Σ Upsilon=Υ Phi=Φ Psi=Ψ Omega=Ω
  infty=∞ partial=∂ nabla=∇ hbar=ℏ ell=ℓ Re=ℜ Im=ℑ aleph=ℵ emptyset=∅ varnothing=∅ top=⊤ bot=⊥ angle=∠ degree=°
  ldots=… dots=… cdots=⋯ vdots=⋮ ddots=⋱
`)

/** Signs between things, and before them. */
export const operators = table(`
  pm=± mp=∓ times=× div=÷ cdot=⋅ ast=∗ star=⋆ circ=∘ bullet=∙ oplus=⊕ ominus=⊖ otimes=⊗ odot=⊙ setminus=∖ wedge=∧ land=∧ vee=∨
  lor=∨ cap=∩ cup=∪ neg=¬ lnot=¬ forall=∀ exists=∃ nexists=∄
  le=≤ leq=≤ ge=≥ geq=≥ ne=≠ neq=≠ ll=≪ gg=≫ lt=< gt=> equiv=≡ approx=≈ sim=∼ simeq=≃ cong=≅ propto=∝ prec=≺ succ=≻ parallel=∥ perp=⊥
  in=∈ notin=∉ ni=∋ subset=⊂ subseteq=⊆ supset=⊃ supseteq=⊇ mid=∣ nmid=∤ models=⊨ vdash=⊢
  to=→ rightarrow=→ leftarrow=← gets=← leftrightarrow=↔ uparrow=↑ downarrow=↓ mapsto=↦ Rightarrow=⇒ Leftarrow=⇐ Leftrightarrow=⇔
  implies=⟹ iff=⟺ longrightarrow=⟶ longleftarrow=⟵ hookrightarrow=↪ rightharpoonup=⇀ colon=:
  langle=⟨ rangle=⟩ lfloor=⌊ rfloor=⌋ lceil=⌈ rceil=⌉ lbrace={ rbrace=} vert=| Vert=‖ lvert=| rvert=| lVert=‖ rVert=‖ backslash=\\
`)

/** With limits above and below, where there is room. */
export const bigOperators = table("sum=∑ prod=∏ coprod=∐ bigcup=⋃ bigcap=⋂ bigoplus=⨁ bigotimes=⨂ bigvee=⋁ bigwedge=⋀")
export const integrals = table("int=∫ iint=∬ iiint=∭ oint=∮")

/** Names that stand upright; those of the first line take limits. */
export const limitNames: ReadonlySet<string> = new Set(
  "lim max min sup inf limsup liminf argmax argmin det gcd Pr".split(" "),
)
export const functionNames: ReadonlySet<string> = new Set(
  "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth log ln lg exp dim ker deg hom arg mod".split(" "),
)

export const accents = table(
  "hat=^ widehat=^ bar=¯ overline=¯ vec=→ overrightarrow=→ dot=˙ ddot=¨ tilde=~ widetilde=~ overbrace=⏞",
)
export const underAccents = table("underline=_ underbrace=⏟")

/** Widths in em. */
export const spaces: ReadonlyMap<string, string> = new Map([
  [",", "0.17em"],
  [":", "0.22em"],
  [";", "0.28em"],
  ["!", "-0.17em"],
  [" ", "0.33em"],
  ["quad", "1em"],
  ["qquad", "2em"],
])

/** Letters in another face are characters of their own in Unicode; a few were there before the others. */
const faces: Readonly<
  Record<string, { upper: number; lower?: number; digit?: number; but?: ReadonlyMap<string, string> }>
> = {
  mathbf: { upper: 0x1d400, lower: 0x1d41a, digit: 0x1d7ce },
  boldsymbol: { upper: 0x1d468, lower: 0x1d482, digit: 0x1d7ce },
  mathbb: { upper: 0x1d538, lower: 0x1d552, digit: 0x1d7d8, but: table("C=ℂ H=ℍ N=ℕ P=ℙ Q=ℚ R=ℝ Z=ℤ") },
  mathcal: {
    ...{ upper: 0x1d49c, lower: 0x1d4b6 },
    but: table("B=ℬ E=ℰ F=ℱ H=ℋ I=ℐ L=ℒ M=ℳ R=ℛ e=ℯ g=ℊ o=ℴ"),
  },
  mathfrak: { upper: 0x1d504, lower: 0x1d51e, but: table("C=ℭ H=ℌ I=ℑ R=ℜ Z=ℨ") },
}

export const isFace = (name: string): boolean => Object.hasOwn(faces, name)

export function inFace(name: string, text: string): string {
  const face = faces[name]
  return [...text].map((letter) => (face ? (face.but?.get(letter) ?? shifted(letter, face)) : letter)).join("")
}

function shifted(letter: string, { upper, lower, digit }: { upper: number; lower?: number; digit?: number }): string {
  const code = letter.charCodeAt(0)
  if (/^[A-Z]$/.test(letter)) return String.fromCodePoint(upper + code - 65)
  if (/^[a-z]$/.test(letter) && lower !== undefined) return String.fromCodePoint(lower + code - 97)
  if (/^[0-9]$/.test(letter) && digit !== undefined) return String.fromCodePoint(digit + code - 48)
  return letter
}
