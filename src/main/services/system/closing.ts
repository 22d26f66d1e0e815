import type { ClosingChoice } from '../../../shared/api/page/system.ts'

/** What a desktop shell can do when its user leaves. */
export interface ClosingShell {
  /** A page of the studio shows the question; its answer comes back by `system.answerClosing`. */
  ask(): void
  closeWindows(): void
  quit(): void
}

export interface Closing {
  attach(shell: ClosingShell): void
  /** Whether the window may close, or the studio quit, now. Where a training would end with it, the user is asked first. `answers`: a page is there to ask. */
  mayLeave(answers: boolean): boolean
  answer(choice: ClosingChoice): void
  /** No window is left: true where the studio should quit; where it trains on without one, it quits by itself once nothing trains. */
  windowless(): boolean
  /** A window is open again. */
  returned(): void
}

/** Whether a training is under way, and when none is any more. */
export interface Work {
  busy(): boolean
  idle(): Promise<void>
}

/**
 * Leaving the desktop studio while it trains: stay, let it train on without a window, or stop with a checkpoint. Who closes again over the question
 * gets what loses nothing: the window goes, the training stays.
 */
export function createClosing(work: Work): Closing {
  let state: 'here' | 'asked' | 'background' | 'leaving' = 'here'
  let shell: ClosingShell | null = null
  return {
    attach: (given) => void (shell = given),
    mayLeave(answers) {
      if (state === 'background' || state === 'leaving' || !work.busy()) return true
      if (state === 'asked' || !answers) {
        state = 'background'
        return true
      }
      state = 'asked'
      shell?.ask()
      return false
    },
    answer(choice) {
      if (choice === 'stay') state = 'here'
      else if (choice === 'close') shell?.closeWindows()
      else if (choice === 'background') {
        state = 'background'
        shell?.closeWindows()
      } else {
        state = 'leaving'
        shell?.quit()
      }
    },
    windowless() {
      if (state !== 'background' || !work.busy()) return true
      void work.idle().then(() => {
        if (state !== 'background') return
        state = 'leaving'
        shell?.quit()
      })
      return false
    },
    returned: () => void (state = 'here'),
  }
}
