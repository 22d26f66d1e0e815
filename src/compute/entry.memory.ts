import { createMemoryTeller, tellEveryMs } from './memoryTeller.ts'

// A thread that tells the host how much memory the process has: ONNX Runtime holds the thread that computes for minutes, and what it takes no V8 limit knows.
const tell = createMemoryTeller()
setInterval(tell, tellEveryMs)
tell()
