import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** A cookie is good for a week after it was given, also across restarts of the host. */
const cookieLifeMs = 7 * 24 * 3600 * 1000
const maxWaitingTokens = 16

export interface Sessions {
  /** A new single-use token for a start address. */
  issueToken(): string
  /** The Set-Cookie value for a token that was issued and not used yet, else null. */
  exchange(token: string): string | null
  /** Whether a Cookie header carries a cookie of this host. */
  admits(cookieHeader: string | undefined): boolean
}

export interface SessionOptions {
  readonly key: Buffer
  readonly secure: boolean
  readonly now?: () => number
}

const digest = (text: string) => createHash('sha256').update(text).digest()
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))

/** Start tokens and cookies: a token is 256 random bits and works once; a cookie is signed with the key of this user's studio. */
export function createSessions({ key, secure, now = Date.now }: SessionOptions): Sessions {
  // Cookies ignore ports: the name tells hosts with different keys apart.
  const name = `maskwright-${createHmac('sha256', key).update('name').digest('hex').slice(0, 8)}`
  const sign = (payload: string) => createHmac('sha256', key).update(`session:${payload}`).digest('base64url')
  const tokens = new Set<string>()
  return {
    issueToken() {
      const token = randomBytes(32).toString('base64url')
      tokens.add(token)
      if (tokens.size > maxWaitingTokens) tokens.delete(tokens.values().next().value!)
      return token
    },
    exchange(token) {
      const found = [...tokens].find((waiting) => same(waiting, token))
      if (found === undefined) return null
      tokens.delete(found)
      const payload = `${now()}.${randomBytes(16).toString('base64url')}`
      return `${name}=${payload}.${sign(payload)}; HttpOnly; SameSite=Strict; Path=/${secure ? '; Secure' : ''}`
    },
    admits(header) {
      const cookies = (header ?? '').split(';').map((part) => part.trim())
      return cookies.some((cookie) => {
        if (!cookie.startsWith(`${name}=`)) return false
        const [issued, nonce, signature, ...rest] = cookie.slice(name.length + 1).split('.')
        if (!issued || !nonce || !signature || rest.length > 0 || !/^\d{1,15}$/.test(issued)) return false
        return same(signature, sign(`${issued}.${nonce}`)) && Math.abs(now() - Number(issued)) < cookieLifeMs
      })
    },
  }
}

/** The key cookies are signed with, kept for this user only; a new one each start where it cannot be kept. */
export function sessionKey(stateDir: string): Buffer {
  const file = path.join(stateDir, 'session.key')
  try {
    const kept = readFileSync(file)
    if (kept.length === 32) return kept
  } catch {
    // Not there yet.
  }
  const key = randomBytes(32)
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    writeFileSync(file, key, { mode: 0o600 })
    chmodSync(file, 0o600)
  } catch {
    // Without a place to keep it, cookies end with this process.
  }
  return key
}
