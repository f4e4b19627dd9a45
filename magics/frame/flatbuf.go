package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Arrow's metadata are flatbuffers. arrow-go makes slices of the length that a
// vector claims, and follows a shared table at each mention. So all pointers
// are checked before arrow-go reads them. Plain numbers need no check: reading
// one out of bounds is a panic that is recovered.

// table says which slots of a flatbuffers table point elsewhere.
type table map[int]slot

// slot is one of: a table, a vector of tables, a vector of elements of so many
// bytes, or a union of tables whose kind is the byte in the slot before.
type slot struct {
	table  *table
	vector bool
	size   int
	union  map[byte]*table
}

// Tables of Arrow's Schema.fbs and Message.fbs.
var (
	fbString   = slot{vector: true, size: 1}
	fbPlain    = table{}
	fbKeyValue = table{0: fbString, 1: fbString}
	fbMetadata = slot{vector: true, table: &fbKeyValue}
	fbEncoding = table{1: {table: &fbPlain}}
	fbTypes    = map[byte]*table{typeTimestamp: {1: fbString}, typeUnion: {1: {vector: true, size: 4}}}
	fbField    = table{0: fbString, 3: {union: fbTypes}, 4: {table: &fbEncoding}, 6: fbMetadata}
	fbSchema   = table{1: {vector: true, table: &fbField}, 2: fbMetadata, 3: {vector: true, size: 8}}
	fbBatch    = table{
		1: {vector: true, size: 16}, 2: {vector: true, size: 16},
		3: {table: &fbPlain}, 4: {vector: true, size: 8},
	}
	fbDictionary = table{1: {table: &fbBatch}}
	fbMessage    = table{
		2: {union: map[byte]*table{headerSchema: &fbSchema, headerDictionary: &fbDictionary, headerBatch: &fbBatch}},
		4: fbMetadata,
	}
)

func init() { fbField[5] = slot{vector: true, table: &fbField} } // children

const (
	headerSchema     = 1
	headerDictionary = 2
	headerBatch      = 3

	typeTimestamp = 10
	typeUnion     = 14
)

var errMetadata = errors.New("corrupt metadata")

// flatbuffer is the bytes of one message's metadata.
type flatbuffer struct {
	data []byte
	// budget bounds the visited bytes: honest metadata use each byte once.
	budget int
}

func newFlatbuffer(data []byte) *flatbuffer {
	return &flatbuffer{data: data, budget: 4*len(data) + 1024}
}

// root is the position of the outermost table.
func (f *flatbuffer) root() (int, error) { return f.target(0) }

// target follows the pointer at pos.
func (f *flatbuffer) target(pos int) (int, error) {
	if pos < 0 || pos+4 > len(f.data) {
		return 0, errMetadata
	}
	to := pos + int(binary.LittleEndian.Uint32(f.data[pos:]))
	if to+4 > len(f.data) {
		return 0, errMetadata
	}
	return to, nil
}

// field is the position of a slot of the table at pos, 0 where it is absent.
func (f *flatbuffer) field(pos, slot int) (int, error) {
	if pos < 0 || pos+4 > len(f.data) {
		return 0, errMetadata
	}
	vtable := pos - int(int32(binary.LittleEndian.Uint32(f.data[pos:])))
	if vtable < 0 || vtable+4 > len(f.data) {
		return 0, errMetadata
	}
	size := int(binary.LittleEndian.Uint16(f.data[vtable:]))
	// arrow-go would read a half entry at the end of an odd table.
	if vtable+size > len(f.data) || size%2 != 0 {
		return 0, errMetadata
	}
	entry := 4 + 2*slot
	if entry >= size {
		return 0, nil
	}
	offset := int(binary.LittleEndian.Uint16(f.data[vtable+entry:]))
	if offset == 0 {
		return 0, nil
	}
	if pos+offset >= len(f.data) {
		return 0, errMetadata
	}
	return pos + offset, nil
}

// vector returns the start of a vector's elements, and their number; all lie
// within the data.
func (f *flatbuffer) vector(pos, size int) (start, n int, err error) {
	start, err = f.target(pos)
	if err != nil {
		return 0, 0, err
	}
	n = int(binary.LittleEndian.Uint32(f.data[start:]))
	start += 4
	if n > (len(f.data)-start)/size {
		return 0, 0, fmt.Errorf("%w: a vector of %d elements in %d bytes", errMetadata, n, len(f.data))
	}
	return start, n, nil
}

// verify checks the table at pos and all that it points to.
func (f *flatbuffer) verify(pos int, t *table, depth int) error {
	if depth > 4*maxDepth {
		return fmt.Errorf("%w: nested too deep", errMetadata)
	}
	if err := f.spend(4); err != nil {
		return err
	}
	if _, err := f.field(pos, 0); err != nil {
		return err
	}
	for i, s := range *t {
		at, err := f.field(pos, i)
		if err != nil {
			return err
		}
		if at == 0 {
			continue
		}
		if err := f.verifySlot(pos, i, at, s, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (f *flatbuffer) verifySlot(pos, i, at int, s slot, depth int) error {
	switch {
	case s.vector && s.table != nil:
		start, n, err := f.vector(at, 4)
		for j := 0; j < n && err == nil; j++ {
			err = f.verifyTable(start+4*j, s.table, depth)
		}
		return err
	case s.vector:
		_, n, err := f.vector(at, s.size)
		if err != nil {
			return err
		}
		return f.spend(n * s.size)
	case s.union != nil:
		kind, err := f.byte(pos, i-1)
		if err != nil {
			return err
		}
		t := s.union[kind]
		if t == nil {
			t = &fbPlain
		}
		return f.verifyTable(at, t, depth)
	}
	return f.verifyTable(at, s.table, depth)
}

func (f *flatbuffer) verifyTable(pointer int, t *table, depth int) error {
	pos, err := f.target(pointer)
	if err != nil {
		return err
	}
	return f.verify(pos, t, depth)
}

func (f *flatbuffer) spend(n int) error {
	if f.budget -= n; f.budget < 0 {
		return fmt.Errorf("%w: parts are used more than once", errMetadata)
	}
	return nil
}

// byte and int64 read a number in a slot; 0 where it is absent.
func (f *flatbuffer) byte(pos, slot int) (byte, error) {
	at, err := f.field(pos, slot)
	if err != nil || at == 0 {
		return 0, err
	}
	return f.data[at], nil
}

func (f *flatbuffer) int64(pos, slot int) (int64, error) {
	at, err := f.field(pos, slot)
	if err != nil || at == 0 {
		return 0, err
	}
	if at+8 > len(f.data) {
		return 0, errMetadata
	}
	return int64(binary.LittleEndian.Uint64(f.data[at:])), nil
}
