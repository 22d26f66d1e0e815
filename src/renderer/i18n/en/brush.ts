export const brush = {
  options: 'Options: {tool}',
}
