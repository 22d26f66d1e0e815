export const batches = {
  title: 'Earlier jobs that can be taken back',
  fromHere: 'Copied from this picture',
  wrote: '{objects} objects in one picture | {objects} objects in one picture | {objects} objects in {n} pictures',
  taken: 'none taken back | taken back in one | taken back in {n}',
  asLeft: {
    all: 'all as the job left them',
    some: '{n} of {left} as the job left them, the others were changed since and stay',
    rest: 'the rest was changed since and stays',
    none: 'all were changed since and stay',
  },
  more: 'Show more',
  job: 'a job',
  wholeJob: 'Take the whole job back',
}
