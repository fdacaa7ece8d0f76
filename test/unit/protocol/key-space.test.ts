import { beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_ACCESS } from '#cdk/function-access.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import {
  KEY_SPACE,
  keyPrefixes,
  keyWildcard,
  kindOfKey,
  type ObjectKind,
  type ObjectKindName,
  objectKinds,
} from '#shared/protocol/key-space.ts';
import { durabilityOf, preparedKeys, runKeys } from '#shared/protocol/keys.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { virtualRun } from '#test/support/virtual-run.ts';

const HASH = 'a'.repeat(64);

/** One key of every kind, made by the key functions. */
const KEYS: Readonly<Record<ObjectKindName, string>> = {
  deviceModel: preparedKeys.deviceModel(HASH),
  encoderModel: preparedKeys.encoderModel(HASH),
  shard: preparedKeys.shard(HASH, 3),
  testSet: preparedKeys.testSet(HASH),
  storedOn: preparedKeys.storedOn(HASH, 0),
  run: runKeys.run('r'),
  control: runKeys.control('r'),
  plan: runKeys.plan('r', 12),
  commit: runKeys.commit('r', 12),
  closing: runKeys.closing('r', 12),
  answered: runKeys.answered('r', 12),
  head: runKeys.head('r', 3, 12),
  checkpoint: runKeys.checkpoint('r', 12),
  evaluation: runKeys.evaluation('r', 12),
  failure: runKeys.failure('r', 1),
  answer: runKeys.answer('r', 12, 3),
  embeddings: runKeys.payload('r', 12, 3, 'embeddings'),
  features: runKeys.payload('r', 12, 3, 'features'),
  gradients: runKeys.payload('r', 12, 3, 'gradients'),
};

/** Whether the key matches the pattern by IAM's rules. */
function matches(wildcard: string, key: string): boolean {
  const pattern = wildcard.split('*').map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${pattern.join('.*')}$`).test(key);
}

describe('the key space', () => {
  it.each(objectKinds())('tells by its key that an object is of kind %s, and of no other', (kind) => {
    expect(kindOfKey(KEYS[kind])).toBe(kind);
    const wildcards = objectKinds().filter((other) => matches(keyWildcard(other), KEYS[kind]));
    expect(wildcards).toEqual([kind]);
  });

  it('has keys that sort as their numbers do', () => {
    const rounds = [0, 9, 10, 99, 100, 99_999];
    const keys = rounds.map((round) => runKeys.commit('r', round));
    expect([...keys].sort()).toEqual(keys);
  });

  it('puts the objects of one listing below one folder', () => {
    expect(runKeys.answers('r', 12)).toBe('answers/r/000012/');
    expect(runKeys.payloads('r', 12)).toBe('payloads/r/000012/');
    for (const kind of ['embeddings', 'features', 'gradients'] as const) {
      expect(KEYS[kind].startsWith(runKeys.payloads('r', 12))).toBe(true);
    }
    expect(KEYS.answer.startsWith(runKeys.answers('r'))).toBe(true);
  });

  it('has a prefix for every kind, and knows no other keys', () => {
    for (const key of Object.values(KEYS)) expect(keyPrefixes()).toContain(key.split('/')[0]);
    for (const key of ['', 'runs/r', 'runs/r/rounds/000001/plan.json.bak', 'runs/r/s/run.json', 'other/x']) {
      expect(kindOfKey(key)).toBeUndefined();
    }
  });

  it('forces the objects that a commit refers to to the disk before the commit', () => {
    expect(durabilityOf(KEYS.commit)).toBe('committing');
    expect([KEYS.head, KEYS.checkpoint].map(durabilityOf)).toEqual(['kept', 'kept']);
  });
});

describe('the functions', () => {
  const touched = new Map<string, Set<string>>();
  const note = (name: string, verb: 'reads' | 'writes' | 'deletes', key: string): void => {
    const kinds = touched.get(`${name} ${verb}`) ?? new Set();
    kinds.add(kindOfKey(key) ?? key);
    touched.set(`${name} ${verb}`, kinds);
  };
  const watched = (name: string, inner: ObjectStore): ObjectStore => ({
    get: (key) => {
      note(name, 'reads', key);
      return inner.get(key);
    },
    put: (key, bytes) => {
      note(name, 'writes', key);
      return inner.put(key, bytes);
    },
    putIfAbsent: (key, bytes) => {
      note(name, 'writes', key);
      return inner.putIfAbsent(key, bytes);
    },
    list: (prefix) => inner.list(prefix),
    delete: (keys) => {
      for (const key of keys) note(name, 'deletes', key);
      return inner.delete(keys);
    },
  });
  beforeAll(async () => {
    // No payload is inside a message, so that every kind of payload is stored.
    const transport = { inlineBytes: 0 };
    const config = tinyConfig(sharedScratchFolder(tinyModelAndData()), { transport });
    const wrap = (name: string, create: (ports: FunctionPorts) => BatchWork) => {
      return (ports: FunctionPorts) => create({ ...ports, objects: watched(name, ports.objects) });
    };
    await virtualRun(config, { wrap });
  });

  it.each(['scheduler', 'device', 'encoder'] as const)(
    'read and write what the key space says of them: %s',
    (name) => {
      const declared = (list: 'readBy' | 'writtenBy'): readonly ObjectKindName[] =>
        objectKinds().filter((kind) => {
          const entry: ObjectKind = KEY_SPACE[kind];
          return entry[list].includes(name);
        });
      const reads = [...(touched.get(`${name} reads`) ?? [])];
      const writes = [...(touched.get(`${name} writes`) ?? [])].sort();
      const mayWrite: readonly string[] = declared('writtenBy');
      // No function writes a failure in a successful run.
      expect(writes).toEqual(mayWrite.filter((kind) => kind !== 'failure').sort());
      const readOnly = reads.filter((kind) => !mayWrite.includes(kind)).sort();
      expect(readOnly).toEqual([...declared('readBy')].sort());
      expect(touched.get(`${name} deletes`)).toBeUndefined();
    },
  );

  it('are granted just that on AWS', () => {
    for (const [name, { reads, writes }] of Object.entries(FUNCTION_ACCESS)) {
      const granted = [...reads, ...writes];
      const kinds = [...(touched.get(`${name} reads`) ?? []), ...(touched.get(`${name} writes`) ?? [])];
      for (const kind of objectKinds().filter((candidate) => kinds.includes(candidate))) {
        expect(granted.filter((wildcard) => matches(wildcard, KEYS[kind]))).toHaveLength(1);
      }
    }
  });
});
