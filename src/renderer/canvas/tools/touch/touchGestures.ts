import type { ScreenPx, ScreenVec } from '../../../../shared/geometry/spaces.ts'

/** A finger that moved less than this has not moved. */
const slop: ScreenPx = 10
const doubleTapMs = 400
const doubleTapReach: ScreenPx = 30

interface Finger {
  readonly id: number
  readonly at: ScreenVec
}

interface Tap {
  readonly at: ScreenVec
  readonly timeMs: number
  readonly clicks: number
}

export type TouchState =
  | { readonly name: 'idle'; readonly tap: Tap | null }
  /** One finger lies still: a tap, a long press, or the beginning of something. `quiet`: a pen is in use, so it may only become a pinch. */
  | { readonly name: 'pressed'; readonly finger: Finger; readonly clicks: number; readonly aims: boolean; readonly quiet: boolean }
  /** The finger leads the cursor of a tool that sets points; lifting it sets one. */
  | { readonly name: 'aiming'; readonly finger: Finger }
  /** The finger draws as a pressed button does. */
  | { readonly name: 'drawing'; readonly finger: Finger }
  | { readonly name: 'pinching'; readonly a: Finger; readonly b: Finger }
  /** Nothing more happens until all fingers are lifted. */
  | { readonly name: 'resting' }

export type TouchEvent =
  | {
      readonly type: 'down'
      readonly finger: Finger
      readonly timeMs: number
      /** The chosen tool sets points where one clicks, instead of drawing while one drags. */
      readonly aims: boolean
      /** The pen lies on the picture: this is the hand ('hand'); or it was used just now ('near'). */
      readonly pen: 'none' | 'near' | 'hand'
    }
  | { readonly type: 'move'; readonly finger: Finger }
  /** `left`: fingers that are still down. */
  | { readonly type: 'up'; readonly finger: Finger; readonly timeMs: number; readonly left: number }
  /** The system took the finger away. */
  | { readonly type: 'cancel'; readonly left: number }
  /** The time of a long press is over. */
  | { readonly type: 'hold' }
  /** A pen came down: what the fingers do is the hand that holds it. */
  | { readonly type: 'pen'; readonly left: number }

/** What shall be done, in order. */
export type TouchAct =
  | { readonly type: 'move' | 'up' | 'menu'; readonly at: ScreenVec }
  | { readonly type: 'down'; readonly at: ScreenVec; readonly clicks: number }
  /** Ends the press as if it had never been; what was being drawn before it stays. */
  | { readonly type: 'takeBack' }
  | { readonly type: 'pinch'; readonly from: ScreenVec; readonly to: ScreenVec; readonly factor: number }

type Step = readonly [TouchState, ...TouchAct[]]
type StateOf<N extends TouchState['name']> = Extract<TouchState, { name: N }>
type EventOf<T extends TouchEvent['type']> = Extract<TouchEvent, { type: T }>
type Table = {
  readonly [N in TouchState['name']]: { readonly [T in TouchEvent['type']]?: (state: StateOf<N>, event: EventOf<T>) => Step }
}

export const touchIdle: TouchState = { name: 'idle', tap: null }

const apart = (a: ScreenVec, b: ScreenVec): ScreenPx => Math.hypot(a.x - b.x, a.y - b.y)
const middle = (a: ScreenVec, b: ScreenVec): ScreenVec => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
/** With no finger left everything begins anew. */
const restOrIdle = (left: number): TouchState => (left > 0 ? { name: 'resting' } : touchIdle)
const pinchWith = (finger: Finger, second: Finger): TouchState => ({ name: 'pinching', a: finger, b: second })
const tapAt = (at: ScreenVec, timeMs: number, clicks: number): TouchState => ({ name: 'idle', tap: { at, timeMs, clicks } })

function moveOne({ a, b }: StateOf<'pinching'>, { finger }: EventOf<'move'>): Step {
  if (finger.id !== a.id && finger.id !== b.id) return [pinchWith(a, b)]
  const [nextA, nextB] = finger.id === a.id ? [finger, b] : [a, finger]
  const before = Math.max(1, apart(a.at, b.at))
  const factor = Math.max(1, apart(nextA.at, nextB.at)) / before
  return [pinchWith(nextA, nextB), { type: 'pinch', from: middle(a.at, b.at), to: middle(nextA.at, nextB.at), factor }]
}

const table: Table = {
  idle: {
    down({ tap }, { finger, timeMs, aims, pen }) {
      if (pen === 'hand') return [{ name: 'resting' }]
      const again = tap && timeMs - tap.timeMs < doubleTapMs && apart(tap.at, finger.at) < doubleTapReach
      return [{ name: 'pressed', finger, clicks: again ? tap.clicks + 1 : 1, aims, quiet: pen === 'near' }]
    },
  },
  pressed: {
    down: ({ finger }, event) => [pinchWith(finger, event.finger)],
    move(state, { finger: { id, at } }) {
      const { finger, aims, quiet } = state
      if (id !== finger.id || apart(at, finger.at) < slop) return [state]
      if (quiet) return [{ name: 'resting' }]
      if (aims)
        return [
          { name: 'aiming', finger: { id, at } },
          { type: 'move', at },
        ]
      const acts: TouchAct[] = [
        { type: 'move', at: finger.at },
        { type: 'down', at: finger.at, clicks: 1 },
        { type: 'move', at },
      ]
      return [{ name: 'drawing', finger: { id, at } }, ...acts]
    },
    up({ finger: { at }, clicks, quiet }, { timeMs }) {
      if (quiet) return [touchIdle]
      return [tapAt(at, timeMs, clicks), { type: 'move', at }, { type: 'down', at, clicks }, { type: 'up', at }]
    },
    hold: (state) => (state.quiet ? [state] : [{ name: 'resting' }, { type: 'menu', at: state.finger.at }]),
    cancel: (_, { left }) => [restOrIdle(left)],
    pen: (_, { left }) => [restOrIdle(left)],
  },
  aiming: {
    down: ({ finger }, event) => [pinchWith(finger, event.finger)],
    move: (state, { finger }) =>
      finger.id === state.finger.id
        ? [
            { name: 'aiming', finger },
            { type: 'move', at: finger.at },
          ]
        : [state],
    up: (_, { finger: { at } }) => [touchIdle, { type: 'move', at }, { type: 'down', at, clicks: 1 }, { type: 'up', at }],
    cancel: (_, { left }) => [restOrIdle(left)],
    pen: (_, { left }) => [restOrIdle(left)],
  },
  drawing: {
    down: ({ finger }, event) => [pinchWith(finger, event.finger), { type: 'takeBack' }],
    move: (state, { finger }) =>
      finger.id === state.finger.id
        ? [
            { name: 'drawing', finger },
            { type: 'move', at: finger.at },
          ]
        : [state],
    up: (_, { finger: { at } }) => [touchIdle, { type: 'up', at }],
    cancel: (_, { left }) => [restOrIdle(left), { type: 'takeBack' }],
    pen: (_, { left }) => [restOrIdle(left), { type: 'takeBack' }],
  },
  pinching: {
    move: moveOne,
    up: (_, { left }) => [restOrIdle(left)],
    cancel: (_, { left }) => [restOrIdle(left)],
    pen: (_, { left }) => [restOrIdle(left)],
  },
  resting: {
    up: (_, { left }) => [restOrIdle(left)],
    cancel: (_, { left }) => [restOrIdle(left)],
  },
}

/** One step of the recogniser; an event that means nothing in a state leaves it as it is. */
export function touchStep(state: TouchState, event: TouchEvent): Step {
  // The table is typed by state and event; looking both up at run time loses the pairing, so it is restated here, once.
  const row = table[state.name] as Readonly<Record<string, ((state: TouchState, event: TouchEvent) => Step) | undefined>>
  return row[event.type]?.(state, event) ?? [state]
}
