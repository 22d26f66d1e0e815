export const view = {
  title: 'View',
  on: '{what}: on',
  off: '{what}: off',
  wheel: { title: 'Mouse wheel', zoom: 'zooms', scroll: 'scrolls' },
  colors: { title: 'Colours', class: 'by class', object: 'by object' },
  swapColors: 'Colours by class or by object',
  switches: {
    outline: 'Outlines only',
    grid: 'Pixel grid when zoomed in',
    readout: 'Position and colour at the pointer',
    rulers: 'Rulers',
    minimap: 'Overview',
  },
  maskOpacity: 'Opacity of masks',
  fillOpacity: 'Fill of shapes',
  place: 'x {x}, y {y}',
  minimap: 'Overview of the picture. Arrow keys move the view.',
}
