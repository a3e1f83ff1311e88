/** A UUIDv7: ids made later on one device sort later, so they are the outbox's order too. */
export function uuidv7(now = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const moment = BigInt(Math.max(now, lastMoment));
  // Two ids within one millisecond still sort in the order in which they were made.
  sequence = Number(moment) === lastMoment ? sequence + 1 : 0;
  lastMoment = Number(moment);
  for (let index = 0; index < 6; index++) bytes[index] = Number((moment >> BigInt(8 * (5 - index))) & 0xffn);
  bytes[6] = 0x70 | ((sequence >> 8) & 0x0f);
  bytes[7] = sequence & 0xff;
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

let lastMoment = 0;
let sequence = 0;
