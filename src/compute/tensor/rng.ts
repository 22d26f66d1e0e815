// The generator is shared with the host, which draws the demo's pictures with it; compute knows it by this name.
export { counterRng, type CounterRng } from '../../shared/counterRng.ts'
