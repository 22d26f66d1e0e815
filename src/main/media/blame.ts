import { AppError } from '../../shared/errors.ts'

const wasEnded = (error: unknown): error is AppError => error instanceof AppError && error.code === 'process/gone'

/** The process ended by itself: a defect, or more memory than it may have; somebody else's kill (that of a system without memory too) is none. */
export const endedItself = (error: unknown): error is AppError => wasEnded(error) && error.data['killed'] !== true
export const endedByOthers = (error: unknown): error is AppError => wasEnded(error) && error.data['killed'] === true

/** Can the pool do anything at all? Where it cannot, no file is to blame for it. */
export const works = (probe: () => Promise<unknown>): Promise<boolean> =>
  probe().then(
    () => true,
    () => false,
  )
