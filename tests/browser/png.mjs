// Pictures with a palette: a picture of a page has few colours, and is a third as large with them.
//
// The browser's PNG (8 bits a channel, not interlaced; RFC 2083) is decoded, its colours are counted in
// boxes of 5 bits a channel, and the most frequent boxes, each with its mean colour, are the palette.
import zlib from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

function crcOf(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crcOf(body), body.length + 4);
  return out;
}

const paeth = (a, b, c) => {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};

// {width, height, size, pixels}: size bytes a pixel, 3 or 4
function decode(file) {
  const data = [];
  let head = null;
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const body = file.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') head = { width: body.readUInt32BE(0), height: body.readUInt32BE(4), size: body[9] === 6 ? 4 : 3, bits: body[8], type: body[9] };
    if (type === 'IDAT') data.push(body);
    at += length + 12;
  }
  if (head.bits !== 8 || ![2, 6].includes(head.type)) throw new Error('a PNG that browsers do not write');
  const { width, height, size } = head;
  const line = width * size;
  const raw = zlib.inflateSync(Buffer.concat(data));
  const pixels = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const left = x >= size ? pixels[y * line + x - size] : 0;
      const up = y > 0 ? pixels[(y - 1) * line + x] : 0;
      const corner = x >= size && y > 0 ? pixels[(y - 1) * line + x - size] : 0;
      const add = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[y * line + x] = raw[y * (line + 1) + 1 + x] + add;
    }
  }
  return { width, height, size, pixels };
}

// A PNG with at most n colours of the picture's own.
export function withPalette(file, n = 64) {
  const { width, height, size, pixels } = decode(file);
  const boxes = new Map();
  const boxOf = (i) => ((pixels[i] >> 3) << 10) | ((pixels[i + 1] >> 3) << 5) | (pixels[i + 2] >> 3);
  for (let i = 0; i < pixels.length; i += size) {
    const box = boxOf(i);
    const sums = boxes.get(box) || [0, 0, 0, 0];
    for (let c = 0; c < 3; c++) sums[c] += pixels[i + c];
    sums[3] += 1;
    boxes.set(box, sums);
  }
  const palette = [...boxes.entries()].sort((a, b) => b[1][3] - a[1][3] || a[0] - b[0]).slice(0, n)
    .map(([, sums]) => sums.slice(0, 3).map((sum) => Math.round(sum / sums[3])));
  const nearest = new Map();
  for (const [box, sums] of boxes) {
    const mean = sums.slice(0, 3).map((sum) => sum / sums[3]);
    let best = 0;
    let least = Infinity;
    palette.forEach((colour, index) => {
      const distance = colour.reduce((sum, one, c) => sum + (one - mean[c]) ** 2, 0);
      if (distance < least) [best, least] = [index, distance];
    });
    nearest.set(box, best);
  }
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = nearest.get(boxOf((y * width + x) * size));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', zlib.deflateSync(lines, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
