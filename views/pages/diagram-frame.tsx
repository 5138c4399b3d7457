/** What draws diagrams, and nothing else: no frame of the program's pages, no person, no words. */
export const DiagramFramePage = ({ script }: { script: string }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
    </head>
    <body>
      <script src={script} />
    </body>
  </html>
)
