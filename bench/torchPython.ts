import { spawnSync } from 'node:child_process'

/** PyTorch on a processor counts only with OpenBLAS or MKL behind it: Debian's reference BLAS would make any ratio look good. */
const checks = {
  cpu: 'import torch; torch.mm(torch.ones(2, 2), torch.ones(2, 2)); maps = open("/proc/self/maps").read(); print("openblas" in maps or "mkl" in maps)',
  cuda: 'import torch; print(torch.cuda.is_available())',
}

/** A Python whose PyTorch computes there: MASKWRIGHT_PYTHON, else the system's own; null where there is none. */
export function torchPython(device: keyof typeof checks): string | null {
  for (const python of [process.env['MASKWRIGHT_PYTHON'], '/usr/bin/python3', 'python3', 'python']) {
    if (!python) continue
    const { status, stdout } = spawnSync(python, ['-c', checks[device]], { encoding: 'utf8', timeout: 120_000 })
    if (status === 0 && stdout.trim() === 'True') return python
  }
  return null
}
