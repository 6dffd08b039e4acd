/* The innermost loops of encoding, training, pairing and masking, compiled where a C compiler is available (native.py).

   Everything here has an equivalent in NumPy (in `tokenizers` for models other than WordPiece) that gives the same bytes and is
   the reference. Arrays are Python buffers; no function trusts their sizes or values: a misfit raises ValueError and never
   causes an out-of-bounds access. The GIL is never released, so no two threads use a table at the same time. */

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "keys of the table are little-endian words"
#endif
#ifdef _MSC_VER
#include <intrin.h>
#define SOON(place) _mm_prefetch((const char *)(place), _MM_HINT_T0)
#else
#define SOON(place) __builtin_prefetch(place)
#endif

enum { WITHIN, WHITE, ALONE };
#define CODE_POINTS 0x110000
#define MOST_CHUNKS 0x7FFFFFFF
#define AT_ONCE 32 /* chunks whose slots are prefetched together */

static PyObject *misfit(const char *what)
{
    return PyErr_Format(PyExc_ValueError, "native loops: %s", what);
}

/* Raise ValueError if the condition holds, and jump to `end`, where all resources are freed. */
#define REFUSE_IF(condition, what) \
    do { \
        if (condition) { \
            misfit(what); \
            goto end; \
        } \
    } while (0)

static int64_t count_of(const Py_buffer *buffer, size_t width)
{
    return buffer->len % width ? -1 : (int64_t)(buffer->len / width);
}

static void release(Py_buffer *buffers, int count)
{
    while (count--)
        PyBuffer_Release(&buffers[count]);
}

static uint32_t id_at(const Py_buffer *ids, int width, int64_t place)
{
    return width == 2 ? ((const uint16_t *)ids->buf)[place] : ((const uint32_t *)ids->buf)[place];
}

/* Whether these are ascending offsets within a flat array of `total` values. */
static int are_offsets(const int64_t *offsets, int64_t count, int64_t total)
{
    if (count < 1 || offsets[0] < 0 || offsets[count - 1] > total)
        return 0;
    for (int64_t i = 1; i < count; i++)
        if (offsets[i] < offsets[i - 1])
            return 0;
    return 1;
}

/* ---- splitting text into chunks ---- */

/* cut(text, kinds[256], alone[CODE_POINTS], learnt[pages], wanted[pages], cuts[len + 1]) -> number of pages not learnt yet */
static PyObject *cut(PyObject *self, PyObject *args)
{
    Py_buffer b[6];
    if (!PyArg_ParseTuple(args, "y*y*y*y*w*w*", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]))
        return NULL;
    PyObject *result = NULL;
    const uint8_t *text = b[0].buf, *kinds = b[1].buf, *alone = b[2].buf, *learnt = b[3].buf;
    uint8_t *wanted = b[4].buf, *cuts = b[5].buf, before = WITHIN;
    const int64_t size = b[0].len;
    int64_t missing = 0, i = 0;
    REFUSE_IF(b[1].len != 256 || b[2].len != CODE_POINTS || b[3].len != CODE_POINTS / 256 || b[4].len != CODE_POINTS / 256 ||
              b[5].len != size + 1, "tables of another size");
    while (i < size) {
        const uint8_t byte = text[i];
        if (byte < 0xC0) {
            const uint8_t kind = kinds[byte];
            cuts[i++] = kind == ALONE || (kind == WITHIN && before != WITHIN);
            before = kind;
            continue;
        }
        const int width = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
        uint32_t code = byte & (0x7F >> width);
        int stands_alone = 0;
        if (i + width <= size) {
            for (int place = 1; place < width; place++)
                code = code << 6 | (text[i + place] & 0x3F);
            if (code < CODE_POINTS) {
                const uint32_t page = code >> 8;
                if (!learnt[page] && !wanted[page]) {
                    wanted[page] = 1;
                    missing++;
                }
                stands_alone = alone[code];
            }
        }
        cuts[i] = stands_alone || before != WITHIN;
        const int64_t end = i + width < size ? i + width : size;
        for (i++; i < end; i++)
            cuts[i] = 0;
        before = stands_alone ? ALONE : WITHIN;
    }
    cuts[size] = 1;
    result = PyLong_FromLongLong(missing);
end:
    release(b, 6);
    return result;
}

/* ---- hash table of distinct chunks ---- */

/* The slot holds a chunk of up to KEY bytes completely, and the first KEY bytes of a longer one. */
#define KEY 16

typedef struct {
    uint32_t number, length; /* number of the chunk, from 1; 0 in an empty slot */
    uint64_t key[2];
} Slot;

typedef struct {
    Slot *slots;
    uint8_t *bytes;
    int64_t *ends; /* chunk n is bytes[ends[n] : ends[n + 1]] */
    uint64_t mask, secret[2];
    int64_t count, room, bytes_room;
} Table;

typedef struct {
    const uint8_t *bytes;
    int64_t length;
    uint64_t hash, key[2];
} Chunk;

static void table_free(PyObject *capsule)
{
    Table *table = PyCapsule_GetPointer(capsule, "chunks");
    if (table) {
        free(table->slots);
        free(table->bytes);
        free(table->ends);
        free(table);
    }
}

/* table(secret of 16 bytes) -> an empty table; the secret prevents texts crafted so that their chunks collide */
static PyObject *table_new(PyObject *self, PyObject *args)
{
    const char *secret;
    Py_ssize_t length;
    if (!PyArg_ParseTuple(args, "y#", &secret, &length))
        return NULL;
    if (length != 16)
        return misfit("a secret has 16 bytes");
    Table *table = calloc(1, sizeof *table);
    if (!table)
        return PyErr_NoMemory();
    memcpy(table->secret, secret, 16);
    table->mask = (1 << 12) - 1, table->room = 1 << 11, table->bytes_room = 1 << 14;
    table->slots = calloc(table->mask + 1, sizeof(Slot));
    table->ends = calloc(table->room + 1, sizeof(int64_t));
    table->bytes = malloc(table->bytes_room);
    PyObject *capsule = NULL;
    if (table->slots && table->ends && table->bytes)
        capsule = PyCapsule_New(table, "chunks", table_free);
    if (!capsule) {
        free(table->slots), free(table->ends), free(table->bytes), free(table);
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    return capsule;
}

static uint64_t folded(uint64_t one, uint64_t other)
{
#ifdef _MSC_VER
    uint64_t high, low = _umul128(one, other, &high);
    return low ^ high;
#else
    const __uint128_t product = (__uint128_t)one * other;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#endif
}

/* A chunk with its hash: wyhash's folded multiplication with a secret. `readable` bytes can be read from `bytes` on. */
static Chunk chunk_of(const Table *table, const uint8_t *bytes, int64_t length, int64_t readable)
{
    Chunk chunk = {bytes, length, 0, {0, 0}};
    if (readable >= KEY)
        memcpy(chunk.key, bytes, KEY); /* constant size: a single load */
    else
        memcpy(chunk.key, bytes, readable);
    chunk.key[0] &= length >= 8 ? ~UINT64_C(0) : (UINT64_C(1) << 8 * length) - 1;
    chunk.key[1] &= length >= 16 ? ~UINT64_C(0) : length <= 8 ? 0 : (UINT64_C(1) << 8 * (length - 8)) - 1;
    chunk.hash = folded(chunk.key[0] ^ table->secret[0], chunk.key[1] ^ table->secret[1] ^ (uint64_t)length);
    for (int64_t done = KEY; done < length; done += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + done, length - done < 8 ? length - done : 8);
        chunk.hash = folded(chunk.hash ^ word ^ table->secret[0], table->secret[1] | 1);
    }
    return chunk;
}

static Slot *slot_of(const Table *table, const Chunk *chunk)
{
    uint64_t place = chunk->hash & table->mask;
    for (;; place = (place + 1) & table->mask) {
        Slot *slot = &table->slots[place];
        if (!slot->number || (slot->length == chunk->length && slot->key[0] == chunk->key[0] && slot->key[1] == chunk->key[1] &&
                              (chunk->length <= KEY ||
                               !memcmp(table->bytes + table->ends[slot->number - 1], chunk->bytes, chunk->length))))
            return slot;
    }
}

static int table_grow(Table *table)
{
    const uint64_t size = 2 * (table->mask + 1);
    Slot *slots = calloc(size, sizeof(Slot)), *old = table->slots;
    int64_t *ends = slots ? realloc(table->ends, (2 * table->room + 1) * sizeof(int64_t)) : NULL;
    if (!ends) {
        free(slots);
        return 0;
    }
    table->ends = ends, table->room *= 2, table->slots = slots, table->mask = size - 1;
    for (uint64_t i = 0; i < size / 2; i++)
        if (old[i].number) {
            const uint8_t *bytes = table->bytes + ends[old[i].number - 1];
            const Chunk chunk = chunk_of(table, bytes, old[i].length, old[i].length);
            uint64_t place = chunk.hash & table->mask;
            while (slots[place].number)
                place = (place + 1) & table->mask;
            slots[place] = old[i];
        }
    free(old);
    return 1;
}

/* The number of a chunk, which is added if it is new; -1 if memory runs out. */
static int64_t number_of(Table *table, const Chunk *chunk)
{
    Slot *slot = slot_of(table, chunk);
    if (slot->number)
        return slot->number - 1;
    if (chunk->length > UINT32_MAX || table->count >= MOST_CHUNKS)
        return -1;
    if (table->count == table->room) {
        if (!table_grow(table))
            return -1;
        slot = slot_of(table, chunk);
    }
    const int64_t begin = table->ends[table->count];
    if (chunk->length > table->bytes_room - begin) {
        const int64_t room = 2 * (begin + chunk->length);
        uint8_t *grown = realloc(table->bytes, room);
        if (!grown)
            return -1;
        table->bytes = grown, table->bytes_room = room;
    }
    memcpy(table->bytes + begin, chunk->bytes, chunk->length);
    table->ends[table->count + 1] = begin + chunk->length;
    *slot = (Slot){(uint32_t)++table->count, (uint32_t)chunk->length, {chunk->key[0], chunk->key[1]}};
    return table->count - 1;
}

/* number(table, text, bounds[C + 1], index[C]): the number of every chunk; chunk i is text[bounds[i] : bounds[i + 1]] */
static PyObject *number(PyObject *self, PyObject *args)
{
    PyObject *capsule, *result = NULL;
    Py_buffer b[3];
    if (!PyArg_ParseTuple(args, "Oy*y*w*", &capsule, &b[0], &b[1], &b[2]))
        return NULL;
    Table *table = PyCapsule_GetPointer(capsule, "chunks");
    const uint8_t *text = b[0].buf;
    const int64_t *bounds = b[1].buf, chunks = count_of(&b[1], 8) - 1;
    uint32_t *index = b[2].buf;
    if (!table)
        goto end;
    REFUSE_IF(count_of(&b[2], 4) != chunks || !are_offsets(bounds, chunks + 1, b[0].len),
              "chunks and numbers do not go together");
    for (int64_t first = 0; first < chunks; first += AT_ONCE) {
        Chunk batch[AT_ONCE];
        const int64_t count = chunks - first < AT_ONCE ? chunks - first : AT_ONCE;
        for (int64_t each = 0; each < count; each++) {
            const int64_t begin = bounds[first + each], length = bounds[first + each + 1] - begin;
            batch[each] = chunk_of(table, text + begin, length, b[0].len - begin);
            SOON(&table->slots[batch[each].hash & table->mask]);
        }
        for (int64_t each = 0; each < count; each++) {
            const int64_t found = number_of(table, &batch[each]);
            if (found < 0) {
                PyErr_NoMemory();
                goto end;
            }
            index[first + each] = (uint32_t)found;
        }
    }
    result = Py_NewRef(Py_None);
end:
    release(b, 3);
    return result;
}

/* chunks(table, first) -> the bytes of all chunks from number `first` on, and their offsets, int64 */
static PyObject *chunks(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    long long first;
    if (!PyArg_ParseTuple(args, "OL", &capsule, &first))
        return NULL;
    const Table *table = PyCapsule_GetPointer(capsule, "chunks");
    if (!table)
        return NULL;
    if (first < 0 || first > table->count)
        return misfit("no such chunk");
    const int64_t begin = table->ends[first];
    PyObject *offsets = PyBytes_FromStringAndSize(NULL, (table->count - first + 1) * 8);
    if (!offsets)
        return NULL;
    int64_t *each = (int64_t *)PyBytes_AsString(offsets);
    for (int64_t i = first; i <= table->count; i++)
        each[i - first] = table->ends[i] - begin;
    return Py_BuildValue("y#N", table->bytes + begin, (Py_ssize_t)(table->ends[table->count] - begin), offsets);
}

/* ---- from chunks to ids ---- */

/* lengths(index[C], starts[D + 1], text_starts[N + 1], lengths[N]): the number of ids of each text */
static PyObject *lengths(PyObject *self, PyObject *args)
{
    Py_buffer b[4];
    if (!PyArg_ParseTuple(args, "y*y*y*w*", &b[0], &b[1], &b[2], &b[3]))
        return NULL;
    PyObject *result = NULL;
    const uint32_t *index = b[0].buf;
    const int64_t *starts = b[1].buf, *text_starts = b[2].buf;
    const int64_t known = count_of(&b[1], 8) - 1, texts = count_of(&b[2], 8) - 1;
    int64_t *found = b[3].buf, total = 0;
    REFUSE_IF(known < 0 || count_of(&b[3], 8) != texts || !are_offsets(text_starts, texts + 1, count_of(&b[0], 4)),
              "texts and chunks do not go together");
    for (int64_t i = 0; i < texts; i++) {
        int64_t length = 0;
        for (int64_t chunk = text_starts[i]; chunk < text_starts[i + 1]; chunk++) {
            REFUSE_IF(index[chunk] >= known, "no such chunk");
            length += starts[index[chunk] + 1] - starts[index[chunk]];
        }
        found[i] = length;
        total += length;
    }
    result = PyLong_FromLongLong(total);
end:
    release(b, 4);
    return result;
}

/* gather(index[C], starts[D + 1], ids, width, out): the concatenated ids of all chunks, `width` bytes each */
static PyObject *gather(PyObject *self, PyObject *args)
{
    Py_buffer b[4];
    int width;
    if (!PyArg_ParseTuple(args, "y*y*y*iw*", &b[0], &b[1], &b[2], &width, &b[3]))
        return NULL;
    PyObject *result = NULL;
    const uint32_t *index = b[0].buf;
    const int64_t *starts = b[1].buf, chunks = count_of(&b[0], 4), known = count_of(&b[1], 8) - 1;
    REFUSE_IF((width != 2 && width != 4) || chunks < 0 || known < 0 || !are_offsets(starts, known + 1, count_of(&b[2], width)),
              "ids and starts do not go together");
    const int64_t room = count_of(&b[3], width);
    int64_t place = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++) {
        const uint32_t number = index[chunk];
        if (number >= known)
            break;
        const int64_t begin = starts[number], length = starts[number + 1] - begin;
        if (length > room - place)
            break;
        if (width == 2)
            for (int64_t i = 0; i < length; i++)
                ((uint16_t *)b[3].buf)[place + i] = ((const uint16_t *)b[2].buf)[begin + i];
        else
            for (int64_t i = 0; i < length; i++)
                ((uint32_t *)b[3].buf)[place + i] = ((const uint32_t *)b[2].buf)[begin + i];
        place += length;
    }
    result = place == room ? Py_NewRef(Py_None) : misfit("ids of another number");
end:
    release(b, 4);
    return result;
}

/* The child of a trie node for a byte, -1 if there is none; the trie is a hash table of edges (node << 8 | byte). */
static int64_t trie_step(const uint32_t *keys, const int64_t *nodes, int64_t size, int shift, int64_t node, uint8_t byte)
{
    const uint32_t key = (uint32_t)node << 8 | byte;
    uint32_t slot = (key * 0x9E3779B1u) >> shift;
    for (int64_t n = 0; n < size && keys[slot] != key && keys[slot] != 0xFFFFFFFFu; n++)
        slot = (slot + 1) & (uint32_t)(size - 1);
    return keys[slot] == key ? nodes[slot] : -1;
}

/* The shift that maps a hash to a table of this size, which must be a power of two; else 0. */
static int shift_for(int64_t size)
{
    int shift = 32;
    for (int64_t each = size; each > 1; each >>= 1)
        shift--;
    return size < 2 || (size & (size - 1)) || shift < 1 ? 0 : shift;
}

/* pieces(text, bounds[W + 1], bad[W], keys, nodes, accept, unk, out, counts[W]) -> number of pieces: greedy longest match */
static PyObject *pieces(PyObject *self, PyObject *args)
{
    Py_buffer b[8];
    unsigned int unk;
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*Iw*w*", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &unk, &b[6], &b[7]))
        return NULL;
    PyObject *result = NULL;
    const uint8_t *text = b[0].buf, *bad = b[2].buf;
    const int64_t *bounds = b[1].buf, *nodes = b[4].buf, *accept = b[5].buf;
    const uint32_t *keys = b[3].buf;
    const int64_t words = b[2].len, size = count_of(&b[3], 4), accepts = count_of(&b[5], 8), room = count_of(&b[6], 4);
    uint32_t *out = b[6].buf;
    int64_t *counts = b[7].buf, count = 0;
    const int shift = shift_for(size);
    REFUSE_IF(!shift || count_of(&b[4], 8) != size || count_of(&b[7], 8) != words ||
              count_of(&b[1], 8) != words + 1 || !are_offsets(bounds, words + 1, b[0].len) || room < b[0].len + words,
              "words and tables do not go together");
    for (int64_t w = 0; w < words; w++) {
        const int64_t first = count, end = bounds[w + 1];
        int64_t place = bounds[w], found = bad[w] ? -1 : 0;
        while (found >= 0 && (place < end || count == first)) {
            int64_t node = place > bounds[w], best_place = place;
            found = -1;
            for (int64_t at = place; at < end && node >= 0; at++) {
                node = trie_step(keys, nodes, size, shift, node, text[at]);
                REFUSE_IF(node >= accepts, "a trie of another size");
                if (node >= 0 && accept[node] >= 0)
                    found = accept[node], best_place = at + 1;
            }
            if (found >= 0)
                out[count++] = (uint32_t)found, place = best_place;
        }
        if (found < 0)
            count = first, out[count++] = unk;
        counts[w] = count - first;
    }
    result = PyLong_FromLongLong(count);
end:
    release(b, 8);
    return result;
}

/* ---- splitting words into pieces as the models of `tokenizers` do ---- */

/* The best segmentation up to a position in a word: its score, the start of its last piece, and that piece. */
typedef struct {
    double score;
    int64_t begin;
    uint32_t piece;
} Way;

#define NOT_REACHED (-1)
#define UNKNOWN 0xFFFFFFFFu

/* likeliest(text, bounds[W + 1], keys, nodes, accept, scores, unknown score, unk, in bytes, out, counts[W]) -> number of pieces

   The segmentation with the highest score, the leftmost among equals; same order of additions as Unigram of `tokenizers`.
   Consecutive unknown characters become one unk. Where they are to be spelled in bytes, or the text itself contains unk, the
   word's count is -1. */
static PyObject *likeliest(PyObject *self, PyObject *args)
{
    Py_buffer b[8];
    double unknown;
    unsigned int unk;
    int in_bytes;
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*dIpw*w*", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &unknown, &unk, &in_bytes, &b[6],
                          &b[7]))
        return NULL;
    PyObject *result = NULL;
    const uint8_t *text = b[0].buf;
    const int64_t *bounds = b[1].buf, *nodes = b[3].buf, *accept = b[4].buf, words = count_of(&b[7], 8);
    const int64_t size = count_of(&b[2], 4), accepts = count_of(&b[4], 8), ids = count_of(&b[5], 8), room = count_of(&b[6], 4);
    const uint32_t *keys = b[2].buf;
    const double *scores = b[5].buf;
    uint32_t *out = b[6].buf;
    int64_t *counts = b[7].buf, count = 0, longest = 0;
    const int shift = shift_for(size);
    Way *ways = NULL;
    REFUSE_IF(!shift || words < 0 || count_of(&b[3], 8) != size || count_of(&b[1], 8) != words + 1 ||
              !are_offsets(bounds, words + 1, b[0].len) || room < b[0].len, "words and tables do not go together");
    for (int64_t w = 0; w < words; w++)
        longest = bounds[w + 1] - bounds[w] > longest ? bounds[w + 1] - bounds[w] : longest;
    if (!(ways = malloc((longest + 1) * sizeof *ways))) {
        PyErr_NoMemory();
        goto end;
    }
    for (int64_t w = 0; w < words; w++) {
        const uint8_t *word = text + bounds[w];
        const int64_t length = bounds[w + 1] - bounds[w], first = count;
        for (int64_t i = 0; i <= length; i++)
            ways[i] = (Way){0, i ? NOT_REACHED : 0, UNKNOWN};
        for (int64_t begin = 0, next; begin < length; begin = next) {
            int has_own_piece = 0;
            for (next = begin + 1; next < length && (word[next] & 0xC0) == 0x80; next++)
                ;
            const double here = ways[begin].score;
            for (int64_t at = begin, node = 0; at < length && (node = trie_step(keys, nodes, size, shift, node, word[at])) >= 0; at++) {
                REFUSE_IF(node >= accepts || accept[node] >= ids, "a trie of another size");
                if (accept[node] < 0)
                    continue;
                Way *way = &ways[at + 1];
                const double score = scores[accept[node]] + here;
                if (way->begin == NOT_REACHED || score > way->score)
                    *way = (Way){score, begin, (uint32_t)accept[node]};
                has_own_piece |= at + 1 == next;
            }
            if (!has_own_piece && (ways[next].begin == NOT_REACHED || unknown + here > ways[next].score))
                ways[next] = (Way){unknown + here, begin, UNKNOWN};
        }
        int64_t place = length;
        for (int was_unknown = 0; place; place = ways[place].begin) {
            const int is_unknown = ways[place].piece == UNKNOWN;
            if (ways[place].begin == NOT_REACHED || ways[place].piece == unk || (is_unknown && in_bytes))
                break;
            if (!is_unknown || !was_unknown)
                out[count++] = is_unknown ? unk : ways[place].piece;
            was_unknown = is_unknown;
        }
        counts[w] = place ? -1 : count - first;
        if (place)
            count = first;
        for (int64_t i = first, j = count - 1; i < j; i++, j--) {
            const uint32_t piece = out[i];
            out[i] = out[j], out[j] = piece;
        }
    }
    result = PyLong_FromLongLong(count);
end:
    free(ways);
    release(b, 8);
    return result;
}

/* Insert a key into a min-heap. */
static void keys_put(uint64_t *heap, int64_t size, int64_t hole, uint64_t key)
{
    for (; hole && key < heap[(hole - 1) / 2]; hole = (hole - 1) / 2)
        heap[hole] = heap[(hole - 1) / 2];
    for (int64_t child; (child = 2 * hole + 1) < size; hole = child) {
        child += child + 1 < size && heap[child + 1] < heap[child];
        if (heap[child] >= key)
            break;
        heap[hole] = heap[child];
    }
    heap[hole] = key;
}

/* The rank of the merge of two pieces; -1 if there is none. */
static int64_t rank_of(const Table *merges, uint32_t left, uint32_t right)
{
    const uint64_t key = (uint64_t)left << 32 | right;
    const Chunk chunk = chunk_of(merges, (const uint8_t *)&key, sizeof key, sizeof key);
    return (int64_t)slot_of(merges, &chunk)->number - 1;
}

/* A piece of a word and its neighbours; a piece that was merged into the one before it is GONE. */
typedef struct {
    uint32_t piece;
    int32_t before, after;
} Link;

#define NO_LINK (-1)
#define GONE (-2)

/* joined(table of merges by rank, made[M], pieces, bounds[W + 1], out, counts[W]) -> number of pieces

   In every word the pair of the lowest rank is merged, the leftmost among equals, until no pair has a rank. As in BPE of
   `tokenizers`, a heap entry whose pieces have changed since still counts if the pair now at its place makes the same piece. */
static PyObject *joined(PyObject *self, PyObject *args)
{
    PyObject *capsule, *result = NULL;
    Py_buffer b[5];
    if (!PyArg_ParseTuple(args, "Oy*y*y*w*w*", &capsule, &b[0], &b[1], &b[2], &b[3], &b[4]))
        return NULL;
    const Table *merges = PyCapsule_GetPointer(capsule, "chunks");
    const uint32_t *made = b[0].buf, *pieces = b[1].buf;
    const int64_t *bounds = b[2].buf, words = count_of(&b[4], 8), total = count_of(&b[1], 4);
    uint32_t *out = b[3].buf;
    int64_t *counts = b[4].buf, count = 0, longest = 0;
    Link *links = NULL;
    uint64_t *heap = NULL;
    if (!merges)
        goto end;
    REFUSE_IF(words < 0 || total < 0 || count_of(&b[0], 4) != merges->count || count_of(&b[2], 8) != words + 1 ||
              !are_offsets(bounds, words + 1, total) || count_of(&b[3], 4) < total, "words and tables do not go together");
    for (int64_t w = 0; w < words; w++)
        longest = bounds[w + 1] - bounds[w] > longest ? bounds[w + 1] - bounds[w] : longest;
    REFUSE_IF(longest > MOST_CHUNKS, "a word of more than 2,147,483,647 characters");
    links = malloc((longest + 1) * sizeof *links), heap = malloc((3 * longest + 1) * sizeof *heap);
    if (!links || !heap) {
        PyErr_NoMemory();
        goto end;
    }
    for (int64_t w = 0; w < words; w++) {
        const int64_t length = bounds[w + 1] - bounds[w], first = count;
        int64_t waiting = 0, rank;
        for (int64_t i = 0; i < length; i++)
            links[i] = (Link){pieces[bounds[w] + i], (int32_t)i - 1, i + 1 < length ? (int32_t)i + 1 : NO_LINK};
        for (int64_t i = 0; i + 1 < length; i++)
            if ((rank = rank_of(merges, links[i].piece, links[i + 1].piece)) >= 0)
                waiting++, keys_put(heap, waiting, waiting - 1, (uint64_t)rank << 32 | (uint64_t)i);
        while (waiting) {
            const uint64_t best = heap[0], last = heap[--waiting];
            if (waiting)
                keys_put(heap, waiting, 0, last);
            Link *left = &links[best & 0xFFFFFFFF];
            if (left->before == GONE || left->after == NO_LINK)
                continue;
            Link *right = &links[left->after];
            rank = rank_of(merges, left->piece, right->piece);
            if (rank < 0 || made[rank] != made[best >> 32])
                continue;
            left->piece = made[rank], left->after = right->after, right->before = GONE;
            if (left->after != NO_LINK)
                links[left->after].before = (int32_t)(left - links);
            if (left->before != NO_LINK && (rank = rank_of(merges, links[left->before].piece, left->piece)) >= 0)
                waiting++, keys_put(heap, waiting, waiting - 1, (uint64_t)rank << 32 | (uint64_t)left->before);
            if (left->after != NO_LINK && (rank = rank_of(merges, left->piece, links[left->after].piece)) >= 0)
                waiting++, keys_put(heap, waiting, waiting - 1, (uint64_t)rank << 32 | (uint64_t)(left - links));
        }
        for (int64_t i = 0; i < length; i++)
            if (links[i].before != GONE)
                out[count++] = links[i].piece;
        counts[w] = count - first;
    }
    result = PyLong_FromLongLong(count);
end:
    free(links), free(heap);
    release(b, 5);
    return result;
}

/* ---- training: merges of adjacent pieces ---- */

#define NONE (-1)

/* A character of a word; a piece is stored at its first character. The places of each pair of adjacent pieces form a doubly
   linked list (next, previous). */
typedef struct {
    int32_t piece, before, after, next, previous, pair;
    int64_t weight;
} Place;

typedef struct {
    int64_t count;
    int32_t first, has_risen;
} Pair;

typedef struct {
    int64_t count;
    uint64_t key; /* left piece and right piece */
} Candidate;

typedef struct {
    Table *table; /* keys of pairs */
    Place *places;
    Pair *pairs;
    Candidate *heap;
    int32_t *risen;
    int64_t pairs_known, pairs_room, heap_size, heap_room, risen_count;
} Merging;

static int goes_before(Candidate one, Candidate other)
{
    return one.count > other.count || (one.count == other.count && one.key < other.key);
}

/* Put a candidate into the heap at `hole`, or above or below it, where it belongs. */
static void heap_put(Merging *m, int64_t hole, Candidate candidate)
{
    for (; hole && goes_before(candidate, m->heap[(hole - 1) / 2]); hole = (hole - 1) / 2)
        m->heap[hole] = m->heap[(hole - 1) / 2];
    for (int64_t child; (child = 2 * hole + 1) < m->heap_size; hole = child) {
        child += child + 1 < m->heap_size && goes_before(m->heap[child + 1], m->heap[child]);
        if (!goes_before(m->heap[child], candidate))
            break;
        m->heap[hole] = m->heap[child];
    }
    m->heap[hole] = candidate;
}

static int64_t pair_of(Merging *m, uint64_t key)
{
    const Chunk chunk = chunk_of(m->table, (const uint8_t *)&key, sizeof key, sizeof key);
    return number_of(m->table, &chunk);
}

static uint64_t key_of(const Merging *m, int32_t pair)
{
    uint64_t key;
    memcpy(&key, m->table->bytes + m->table->ends[pair], sizeof key);
    return key;
}

/* Count the pair of the piece at a place and the piece after it; 0 if memory runs out. */
static int join(Merging *m, int32_t at)
{
    Place *place = &m->places[at];
    const int64_t number = pair_of(m, (uint64_t)place->piece << 32 | (uint32_t)m->places[place->after].piece);
    if (number < 0)
        return 0;
    if (number >= m->pairs_room) {
        Pair *pairs = realloc(m->pairs, 2 * (number + 1) * sizeof *pairs);
        int32_t *risen = pairs ? realloc(m->risen, 2 * (number + 1) * sizeof *risen) : NULL;
        m->pairs = pairs ? pairs : m->pairs;
        if (!risen)
            return 0;
        m->risen = risen, m->pairs_room = 2 * (number + 1);
    }
    while (m->pairs_known <= number)
        m->pairs[m->pairs_known++] = (Pair){0, NONE, 0};
    Pair *pair = &m->pairs[number];
    if (!pair->has_risen)
        pair->has_risen = 1, m->risen[m->risen_count++] = (int32_t)number;
    place->pair = (int32_t)number, place->next = pair->first, place->previous = NONE;
    if (pair->first != NONE)
        m->places[pair->first].previous = at;
    pair->first = at, pair->count += place->weight;
    return 1;
}

/* Undo `join` for a place. */
static void part(Merging *m, int32_t at)
{
    const Place *place = &m->places[at];
    Pair *pair = &m->pairs[place->pair];
    if (place->next != NONE)
        m->places[place->next].previous = place->previous;
    if (place->previous != NONE)
        m->places[place->previous].next = place->next;
    else
        pair->first = place->next;
    pair->count -= place->weight;
}

/* Push all pairs whose counts have risen onto the heap; 0 if memory runs out. */
static int push_risen(Merging *m)
{
    if (m->heap_size + m->risen_count > m->heap_room) {
        const int64_t room = 2 * (m->heap_size + m->risen_count);
        Candidate *heap = realloc(m->heap, room * sizeof *heap);
        if (!heap)
            return 0;
        m->heap = heap, m->heap_room = room;
    }
    while (m->risen_count) {
        const int32_t number = m->risen[--m->risen_count];
        m->pairs[number].has_risen = 0;
        m->heap_size++;
        heap_put(m, m->heap_size - 1, (Candidate){m->pairs[number].count, key_of(m, number)});
    }
    return 1;
}

/* Pop the most frequent pair; NONE if all occur less than `least` times. */
static int32_t best_pair(Merging *m, int64_t least)
{
    while (m->heap_size) {
        Candidate best = m->heap[0];
        const int32_t number = (int32_t)pair_of(m, best.key);
        const int64_t count = m->pairs[number].count;
        const int is_outdated = count < best.count; /* whenever a count rises, a new candidate is pushed */
        best.count = count;
        if (!is_outdated || count < least)
            best = m->heap[--m->heap_size];
        if (m->heap_size)
            heap_put(m, 0, best);
        if (!is_outdated && count >= least)
            return number;
    }
    return NONE;
}

/* Merge a pair into one piece wherever it occurs; 0 if memory runs out. */
static int merge_pair(Merging *m, int32_t number, int32_t piece)
{
    int32_t at;
    while ((at = m->pairs[number].first) != NONE) {
        Place *places = m->places;
        const int32_t left = places[at].piece;
        if (left == places[places[at].after].piece) /* `aaa`: merge the first two */
            while (places[at].before != NONE && places[places[at].before].piece == left)
                at = places[at].before;
        const int32_t before = places[at].before, second = places[at].after, after = places[second].after;
        part(m, at);
        if (before != NONE)
            part(m, before);
        if (after != NONE)
            part(m, second), places[after].before = at;
        places[at].piece = piece, places[at].after = after;
        if ((before != NONE && !join(m, before)) || (after != NONE && !join(m, at)))
            return 0;
    }
    return push_risen(m);
}

/* merge(table, pieces[P], begins[P], weights[P], least, named): over all words, concatenated, merge the most frequent pair of
   adjacent pieces, that with the smallest numbers among equals, and repeat. named(left, right) returns the new piece's number, or
   -1 to stop; training also stops when no pair occurs `least` times. */
static PyObject *merge(PyObject *self, PyObject *args)
{
    PyObject *capsule, *named, *result = NULL;
    Py_buffer b[3];
    long long least;
    if (!PyArg_ParseTuple(args, "Oy*y*y*LO", &capsule, &b[0], &b[1], &b[2], &least, &named))
        return NULL;
    Merging m = {PyCapsule_GetPointer(capsule, "chunks")};
    const int32_t *pieces = b[0].buf;
    const uint8_t *begins = b[1].buf;
    const int64_t *weights = b[2].buf, size = b[1].len;
    if (!m.table)
        goto end;
    REFUSE_IF(size > MOST_CHUNKS || count_of(&b[0], 4) != size || count_of(&b[2], 8) != size,
              "pieces and weights do not go together");
    int has_memory = (m.places = malloc((size + 1) * sizeof *m.places)) != NULL;
    for (int64_t i = 0; has_memory && i < size; i++) {
        REFUSE_IF(weights[i] < 0 || weights[i] > INT64_MAX / size, "weights of a sum beyond 64 bits");
        const int32_t before = begins[i] ? NONE : (int32_t)i - 1, after = i + 1 < size && !begins[i + 1] ? (int32_t)i + 1 : NONE;
        m.places[i] = (Place){pieces[i], before, after, NONE, NONE, NONE, weights[i]};
    }
    for (int64_t i = size; has_memory && i--;)
        has_memory = m.places[i].after == NONE || join(&m, (int32_t)i);
    has_memory = has_memory && push_risen(&m);
    for (int32_t pair; has_memory && (pair = best_pair(&m, least)) != NONE;) {
        const uint64_t key = key_of(&m, pair);
        PyObject *answer = PyObject_CallFunction(named, "II", (unsigned int)(key >> 32), (unsigned int)key);
        const long piece = answer ? PyLong_AsLong(answer) : -1;
        Py_XDECREF(answer);
        if (PyErr_Occurred())
            goto end;
        if (piece < 0)
            break;
        has_memory = merge_pair(&m, pair, (int32_t)piece);
    }
    result = has_memory ? Py_NewRef(Py_None) : PyErr_NoMemory();
end:
    free(m.places), free(m.pairs), free(m.heap), free(m.risen);
    release(b, 3);
    return result;
}

/* ---- masking ---- */

/* ordinary(ids, width, is_ordinary[size], offsets[N + 1], counts[N]): the number of ordinary tokens in each row */
static PyObject *ordinary(PyObject *self, PyObject *args)
{
    Py_buffer b[4];
    int width;
    if (!PyArg_ParseTuple(args, "y*iy*y*w*", &b[0], &width, &b[1], &b[2], &b[3]))
        return NULL;
    PyObject *result = NULL;
    const uint8_t *is_ordinary = b[1].buf;
    const int64_t *offsets = b[2].buf, rows = count_of(&b[2], 8) - 1, vocabulary = b[1].len;
    int64_t *counts = b[3].buf;
    REFUSE_IF((width != 2 && width != 4) || !are_offsets(offsets, rows + 1, count_of(&b[0], width)) || count_of(&b[3], 8) != rows,
              "rows and counts do not go together");
    for (int64_t row = 0; row < rows; row++) {
        int64_t count = 0;
        for (int64_t i = offsets[row]; i < offsets[row + 1]; i++) {
            const uint32_t id = id_at(&b[0], width, i);
            REFUSE_IF(id >= vocabulary, "an id outside of the vocabulary");
            count += is_ordinary[id];
        }
        counts[row] = count;
    }
    result = Py_NewRef(Py_None);
end:
    release(b, 4);
    return result;
}

/* SplitMix64's finalizer, as in `core.randomness.mix`. */
static uint64_t mix(uint64_t key, uint64_t counter)
{
    uint64_t z = key + (counter + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static int ascending(const void *one, const void *other)
{
    const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

/* The `budget`-th smallest of `count` distinct 48-bit words; 1 <= budget <= count. */
static uint64_t threshold(const uint64_t *words, uint64_t *bin, int64_t count, int64_t budget)
{
    int64_t sizes[256] = {0}, in_bin = 0;
    int chosen = 0;
    for (int64_t i = 0; i < count; i++)
        sizes[words[i] >> 40]++;
    while (budget > sizes[chosen])
        budget -= sizes[chosen++];
    for (int64_t i = 0; i < count; i++)
        if (words[i] >> 40 == (uint64_t)chosen)
            bin[in_bin++] = words[i];
    qsort(bin, in_bin, sizeof *bin, ascending);
    return bin[budget - 1];
}

/* mask_tokens(ids, width, is_ordinary, offsets[N + 1], keys[N], budgets[N], mask share, share of both, mask id, ordinary ids,
   masked ids, positions[P], true ids[P]): choose tokens of every row and replace them */
static PyObject *mask_tokens(PyObject *self, PyObject *args)
{
    Py_buffer b[9];
    int width;
    double mask_share, both_share;
    unsigned int mask_id;
    if (!PyArg_ParseTuple(args, "y*iy*y*y*y*ddIy*w*w*w*", &b[0], &width, &b[1], &b[2], &b[3], &b[4], &mask_share, &both_share,
                          &mask_id, &b[5], &b[6], &b[7], &b[8]))
        return NULL;
    PyObject *result = NULL;
    static uint64_t words[65536], bin[65536]; /* static is safe: the GIL is held */
    const uint8_t *is_ordinary = b[1].buf;
    const int64_t *offsets = b[2].buf, *budgets = b[4].buf, *ordinary_ids = b[5].buf;
    const uint64_t *keys = b[3].buf;
    const int64_t rows = count_of(&b[3], 8), choices = count_of(&b[5], 8), room = count_of(&b[7], 2);
    uint16_t *positions = b[7].buf;
    int64_t place = 0;
    REFUSE_IF((width != 2 && width != 4) || count_of(&b[2], 8) != rows + 1 || count_of(&b[4], 8) != rows ||
              !are_offsets(offsets, rows + 1, count_of(&b[0], width)) || b[6].len != b[0].len || room < 0 ||
              count_of(&b[8], width) != room || (choices < 1 && room) || choices > UINT32_MAX,
              "rows and outputs do not go together");
    for (int64_t row = 0; row < rows; row++) {
        const int64_t first = offsets[row], length = offsets[row + 1] - first, budget = budgets[row];
        int64_t count = 0;
        REFUSE_IF(length > 65535, "a row of more than 65,535 tokens");
        for (int64_t i = 0; i < length; i++) {
            const uint32_t id = id_at(&b[0], width, first + i);
            if (id < b[1].len && is_ordinary[id])
                words[count++] = mix(keys[row], (uint64_t)i) >> 32 << 16 | (uint64_t)i;
        }
        REFUSE_IF(budget < 0 || budget > count || budget > room - place, "a budget that does not fit its row");
        const uint64_t last = budget ? threshold(words, bin, count, budget) : 0;
        for (int64_t i = 0, left = budget; left; i++) {
            if (words[i] > last)
                continue;
            const uint64_t position = words[i] & 0xFFFF;
            const uint32_t id = id_at(&b[0], width, first + position);
            const double which = (double)(mix(keys[row], 1 << 16 | position) >> 11) * 0x1p-53;
            uint32_t shown = id;
            if (which < mask_share)
                shown = mask_id;
            else if (which < both_share)
                shown = (uint32_t)ordinary_ids[(mix(keys[row], 2 << 16 | position) >> 32) * (uint64_t)choices >> 32];
            positions[place] = (uint16_t)position;
            if (width == 2)
                ((uint16_t *)b[8].buf)[place++] = (uint16_t)id, ((uint16_t *)b[6].buf)[first + position] = (uint16_t)shown;
            else
                ((uint32_t *)b[8].buf)[place++] = id, ((uint32_t *)b[6].buf)[first + position] = shown;
            left--;
        }
    }
    result = place == room ? Py_NewRef(Py_None) : misfit("budgets of another sum");
end:
    release(b, 9);
    return result;
}

/* ---- pairs ---- */

/* pack(ends[S + 1], bounds[D + 1], targets, least, firsts[S], lasts[S], counts[D]) -> number of chunks, as `pairs.chunks.pack` */
static PyObject *pack(PyObject *self, PyObject *args)
{
    Py_buffer b[6];
    long long least;
    if (!PyArg_ParseTuple(args, "y*y*y*Lw*w*w*", &b[0], &b[1], &b[2], &least, &b[3], &b[4], &b[5]))
        return NULL;
    PyObject *result = NULL;
    const int64_t *ends = b[0].buf, *bounds = b[1].buf, *targets = b[2].buf;
    const int64_t sentences = count_of(&b[0], 8) - 1, documents = count_of(&b[1], 8) - 1, aims = count_of(&b[2], 8);
    int64_t *firsts = b[3].buf, *lasts = b[4].buf, *counts = b[5].buf, chunk = 0;
    REFUSE_IF(sentences < 0 || least < 1 || !are_offsets(bounds, documents + 1, sentences) || count_of(&b[3], 8) != sentences ||
              count_of(&b[4], 8) != sentences || count_of(&b[5], 8) != documents, "sentences and documents do not go together");
    for (int64_t document = 0; document < documents; document++) {
        const int64_t before = chunk, end = bounds[document + 1];
        for (int64_t first = bounds[document]; end - first >= least;) {
            REFUSE_IF(chunk >= aims, "fewer targets than chunks");
            int64_t last = first + least;
            while (last < end && ends[last + 1] - ends[first] <= targets[chunk])
                last++;
            firsts[chunk] = first;
            lasts[chunk++] = first = last;
        }
        counts[document] = chunk - before;
    }
    result = PyLong_FromLongLong(chunk);
end:
    release(b, 6);
    return result;
}

static PyMethodDef methods[] = {
    {"cut", cut, METH_VARARGS, NULL},         {"table", table_new, METH_VARARGS, NULL},
    {"number", number, METH_VARARGS, NULL},   {"chunks", chunks, METH_VARARGS, NULL},
    {"lengths", lengths, METH_VARARGS, NULL}, {"gather", gather, METH_VARARGS, NULL},
    {"pieces", pieces, METH_VARARGS, NULL},   {"ordinary", ordinary, METH_VARARGS, NULL},
    {"likeliest", likeliest, METH_VARARGS, NULL},
    {"joined", joined, METH_VARARGS, NULL},
    {"mask_tokens", mask_tokens, METH_VARARGS, NULL},
    {"pack", pack, METH_VARARGS, NULL},       {"merge", merge, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_loops", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__loops(void)
{
    return PyModule_Create(&module);
}
