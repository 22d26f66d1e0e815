const afterMs = 2_000

/**
 * What a project does when it opens: soon, when there is nothing more urgent, its embeddings are brought below the limit, which may have been lowered
 * while it was closed.
 */
export function trimmingSoon(trim: () => Promise<void>): () => Promise<() => Promise<void>> {
  return () => {
    // Embeddings can be made again, and a disk that fails now says so where it matters.
    const timer = setTimeout(() => void trim().catch(() => undefined), afterMs).unref()
    return Promise.resolve(() => Promise.resolve(clearTimeout(timer)))
  }
}
