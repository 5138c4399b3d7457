/** Shell scripts are imported as text, so that the one executable carries them. */
declare module "*.sh" {
  const text: string
  export default text
}
declare module "*.py" {
  const text: string
  export default text
}
