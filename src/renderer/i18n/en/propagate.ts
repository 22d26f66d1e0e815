export const propagate = {
  title: 'Copy the selection into the following pictures',
  text: 'At the same place, in the order of the list as it is filtered now.',
  command: 'Copy the selection into the following pictures…',
  pictures: 'How many pictures',
  left: 'none follows | one follows | {n} follow',
  skipDone: 'Leave pictures alone that are done or reviewed',
  hint: 'What is there already, exactly, is not copied again. It runs as a job, which can be taken back as a whole.',
  start: 'Copy',
  done: 'No picture got anything new. | {objects} copied into one picture. | {objects} copied into {n} pictures.',
  skipped: 'none left alone | One was done and left alone. | {n} were done and left alone.',
  known: 'none there | One object was there already. | {n} objects were there already.',
  problems: 'no problem | One picture could not be changed. | {n} pictures could not be changed.',
}
