package frame

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"goscore/magics/datatype"
)

// complete checks that every batch has the nodes and buffers of its type.
// arrow-go ignores the ends of these vectors: it would read beyond them.
func complete(list []message, schema *arrow.Schema) error {
	dictionaries := make(map[int64]parts)
	if err := list[0].dictionaries(schema, dictionaries); err != nil {
		return err
	}
	var whole parts
	for _, f := range schema.Fields() {
		whole.count(f.Type)
	}
	for _, m := range list[1:] {
		want := whole
		if m.header == headerDictionary {
			var ok bool
			if want, ok = dictionaries[m.dictionary]; !ok {
				return fmt.Errorf("%w: the schema has no dictionary %d", errMetadata, m.dictionary)
			}
		}
		want.buffers, want.viewBuffers = want.buffers+m.viewBuffers, m.viewBuffers
		if m.parts != want {
			return fmt.Errorf("%w: a batch of %+v, want %+v", errMetadata, m.parts, want)
		}
	}
	return nil
}

// count adds the parts of an array of a supported type. Dictionaries have
// batches of their own.
func (p *parts) count(dt arrow.DataType) {
	p.nodes++
	dt = storage(dt)
	format, err := formatOf(dt)
	if err != nil {
		return
	}
	l, err := layoutOf(format)
	if err != nil {
		return
	}
	p.buffers += int64(l.buffers())
	if l.row.Layout == datatype.Views {
		p.views++
	}
	if nested, ok := dt.(arrow.NestedType); ok {
		for _, f := range nested.Fields() {
			p.count(f.Type)
		}
	}
}

// dictionaries finds the ids of the schema's dictionaries, which arrow-go does
// not export, and the parts of an array of their values.
func (m *message) dictionaries(schema *arrow.Schema, into map[int64]parts) error {
	f := newFlatbuffer(m.meta)
	root, err := f.root()
	if err != nil {
		return err
	}
	at, err := f.field(root, 2)
	if err != nil {
		return err
	}
	pos, err := f.target(at)
	if err != nil {
		return err
	}
	return f.dictionaries(pos, 1, schema.Fields(), into)
}

// dictionaries walks the fields in a slot of the table at pos, together with
// arrow-go's fields.
func (f *flatbuffer) dictionaries(pos, slot int, fields []arrow.Field, into map[int64]parts) error {
	at, err := f.field(pos, slot)
	if err != nil || at == 0 {
		return err
	}
	start, n, err := f.vector(at, 4)
	if err != nil {
		return err
	}
	for i := range min(n, len(fields)) {
		field, err := f.target(start + 4*i)
		if err != nil {
			return err
		}
		dt := storage(fields[i].Type)
		if d, ok := dt.(*arrow.DictionaryType); ok {
			dt = storage(d.ValueType)
			if err := f.dictionary(field, dt, into); err != nil {
				return err
			}
		}
		if nested, ok := dt.(arrow.NestedType); ok {
			if err := f.dictionaries(field, 5, nested.Fields(), into); err != nil {
				return err
			}
		}
	}
	return nil
}

// dictionary notes the parts of a batch of the field's dictionary.
func (f *flatbuffer) dictionary(field int, values arrow.DataType, into map[int64]parts) error {
	at, err := f.field(field, 4)
	if err != nil || at == 0 {
		return err
	}
	encoding, err := f.target(at)
	if err != nil {
		return err
	}
	id, err := f.int64(encoding, 0)
	if err != nil {
		return err
	}
	var p parts
	p.count(values)
	if other, ok := into[id]; ok && other != p {
		return fmt.Errorf("%w: dictionary %d is of two types", errMetadata, id)
	}
	into[id] = p
	return nil
}
