interface Place {
  readonly x: number
  readonly y: number
}

/**
 * The path less every vertex where it turns straight back, and less repeated ones: they enclose nothing, and clipper2 does not come to an end on a path of
 * such turns only.
 */
export function withoutSpikes<P extends Place>(path: readonly P[]): readonly P[] {
  let kept = path
  for (let before = Infinity; kept.length < before;) {
    before = kept.length
    const next: P[] = []
    for (const point of kept) {
      while (next.length > 1 && turnsBack(next.at(-2)!, next.at(-1)!, point)) next.pop()
      if (next.length === 0 || !samePoint(next.at(-1)!, point)) next.push(point)
    }
    while (next.length > 2 && (samePoint(next.at(-1)!, next[0]!) || turnsBack(next.at(-2)!, next.at(-1)!, next[0]!))) next.pop()
    while (next.length > 2 && turnsBack(next.at(-1)!, next[0]!, next[1]!)) next.shift()
    kept = next
  }
  return kept.length > 2 ? kept : []
}

const samePoint = (a: Place, b: Place): boolean => a.x === b.x && a.y === b.y

function turnsBack(a: Place, b: Place, c: Place): boolean {
  const [ux, uy, vx, vy] = [b.x - a.x, b.y - a.y, c.x - b.x, c.y - b.y]
  return ux * vy === uy * vx && ux * vx + uy * vy < 0
}
