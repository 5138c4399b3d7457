/** The sign of loopat: a loop that is open at the side where its work goes out. */
export function Mark() {
  return (
    <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M17.5 6.6A7.5 7.5 0 1 0 19.5 12" />
      <path d="M12 12h9M18.2 9.2 21 12l-2.8 2.8" />
    </svg>
  )
}
