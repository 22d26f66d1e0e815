/**
 * Bytes of one message over a socket. A gesture is one message, whatever it touches: 10,000 polygons of 50 vertices that are moved are 9 MB, a mask of
 * noise on 12 megapixels is 5 MB.
 */
export const mostMessageBytes = 64 << 20
