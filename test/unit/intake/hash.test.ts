import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { takeFingerprint } from '../../../src/intake/fingerprint';
import { hashAside, hashFile, WORTH_A_THREAD_BYTES } from '../../../src/intake/hash';
import { useIntakeFolder } from '../../support/intake';

const folder = useIntakeFolder();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a file on the disk', () => {
  test('is known by its bytes, whether they are hashed here or by a thread of its own', async () => {
    const bytes = Buffer.from('订单号,金额\n'.repeat(100_000));
    const path = folder.write('orders.csv', bytes);
    const hashed = { fileId: sha256(bytes), bytes: bytes.length };
    expect(await hashFile(path)).toEqual(hashed);
    expect(await hashAside(path)).toEqual(hashed);
  });

  test('that a thread cannot read is left to be read here, which says why', async () => {
    const path = folder.path('gone.csv');
    expect(await hashAside(path)).toBeNull();
    await expect(hashFile(path)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  test('that is large enough for a thread has the same fingerprint as any other', async () => {
    const line = '260101-000000001,5.00,已收货\n';
    const bytes = Buffer.from(line.repeat(Math.ceil(WORTH_A_THREAD_BYTES / Buffer.byteLength(line)) + 1));
    const { fileId, bytes: read, content } = await takeFingerprint(folder.write('large.csv', bytes));
    expect({ fileId, read }).toEqual({ fileId: sha256(bytes), read: bytes.length });
    expect(content).toMatchObject({ kind: 'text', encoding: 'utf-8', cutCharacter: false });
  });
});
