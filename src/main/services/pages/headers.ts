/** One policy for both shells; `app:` pages count as 'self' in Electron. */
export const contentSecurityPolicy = (dev = false): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // The development server injects style elements; what is shipped never does.
    dev ? "style-src 'self' 'unsafe-inline'" : "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')

export const securityHeaders = (dev = false): Record<string, string> => ({
  'content-security-policy': contentSecurityPolicy(dev),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()',
})
