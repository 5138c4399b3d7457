/** What `loopat help` prints. */
export const usage = `loopat: a self-hosted AI workspace

  loopat [serve] [flags]         run the server (default)
  loopat doctor [--json] [flags] what a server with these flags needs, how it is, and what to do;
                                 only looks, also while a server runs (0 well, 1 not there yet, 3 a problem)
  loopat user list               people of this workspace
  loopat user add NAME [--admin] make an account; the password is read from the terminal or standard input
  loopat user password NAME      set a new password; ends every login of that person
  loopat user role NAME ROLE     make somebody an admin or a member
  loopat token add NAME [--read] a token for git over HTTP, shown once; --read: it fetches only
  loopat token list NAME         that person's tokens, and when each was last used
  loopat token remove NAME ID    from now on that token is refused
                                 (--home DIR names another workspace; a server that runs on it does the work)
  loopat version [--json]        version and pins
  loopat connect HOST PORT       inside a sandbox with a list of hosts: a connection, for ssh and the like
  loopat help                    this text

flags of serve                   environment            default
  --home DIR                     LOOPAT_HOME            ~/.loopat
  --host HOST, --port PORT       HOST, PORT             127.0.0.1, 10001
  --public-url URL               LOOPAT_PUBLIC_URL      the listening address
  --tls-cert FILE --tls-key FILE LOOPAT_TLS_CERT, …_KEY none
  --behind-proxy CIDR,…          LOOPAT_BEHIND_PROXY    off
  --preview-domain DOMAIN        LOOPAT_PREVIEW_DOMAIN  localhost, or off where others come
  --preview-host, --preview-port LOOPAT_SERVE_HOST, …_PORT  127.0.0.1, 7788
  --allow-http                   LOOPAT_ALLOW_HTTP      off
  --keep, --no-keep                                     keep sandboxes at stop, or not
  --log json|text, --verbose     LOOPAT_LOG, LOOPAT_VERBOSE
`
