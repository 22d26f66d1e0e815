import type { IncomingMessage } from 'node:http'

export interface AdmissionRules {
  /** Names besides the loopback ones, given by --allow-host; without port. */
  readonly allowedHosts: readonly string[]
  readonly scheme: 'http' | 'https'
}

export type Refusal = { readonly status: 421 | 403; readonly reason: string }

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]'])
const isLoopbackAddress = (address: string | undefined) => address === '::1' || /^(::ffff:)?127\./.test(address ?? '')

/**
 * The checks before any cookie or route, in this order: Host (DNS rebinding), Origin (other sites and other ports), Sec-Fetch-Site.
 * A loopback name counts on any port, so that a forwarded port works; Origin must be exactly this Host.
 */
export function admit(request: IncomingMessage, rules: AdmissionRules, originRequired: boolean): Refusal | null {
  const host = request.headers.host?.toLowerCase()
  if (!host || countHeader(request, 'host') !== 1) return { status: 421, reason: 'Host is missing' }
  const name = host.replace(/:\d{1,5}$/, '')
  const known = rules.allowedHosts.includes(name) || (loopbackNames.has(name) && isLoopbackAddress(request.socket.remoteAddress))
  if (!known) return { status: 421, reason: 'this host does not answer to that name' }

  const origin = request.headers.origin
  if (origin === undefined ? originRequired : origin.toLowerCase() !== `${rules.scheme}://${host}`) {
    return { status: 403, reason: 'Origin is not this host' }
  }
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return { status: 403, reason: 'request from another site' }
  return null
}

function countHeader(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === name).length
}
