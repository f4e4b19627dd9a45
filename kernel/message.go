package kernel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

const protocolVersion = "5.4"

// maxPrefix bounds the routing frames that proxies may put before the delimiter.
const maxPrefix = 16

var delimiter = []byte("<IDS|MSG>")

// incoming is a verified message.
type incoming struct {
	prefix   [][]byte        // routing frames before the delimiter, sent back with the reply
	header   json.RawMessage // as received: the parent_header of every answer
	id       string
	kind     string // msg_type
	session  string
	content  json.RawMessage
	metadata json.RawMessage
	buffers  [][]byte
}

// parse verifies and parses the frames of a message.
func parse(frames [][]byte, s *signer) (*incoming, error) {
	at := split(frames)
	if at < 0 {
		return nil, errors.New("no <IDS|MSG> delimiter")
	}
	rest := frames[at+1:]
	if len(rest) < 5 {
		return nil, fmt.Errorf("%d frames after the delimiter, not 5 or more", len(rest))
	}
	if err := s.verify(rest[0], rest[1:5]); err != nil {
		return nil, err
	}
	in := &incoming{prefix: frames[:at], header: rest[1], metadata: rest[3], content: rest[4], buffers: rest[5:]}
	if err := checkObjects(rest[1:5]); err != nil {
		return nil, err
	}
	return in, in.readHeader()
}

// split returns the position of the delimiter, or -1.
func split(frames [][]byte) int {
	for i := range min(len(frames), maxPrefix+1) {
		if bytes.Equal(frames[i], delimiter) {
			return i
		}
	}
	return -1
}

func checkObjects(parts [][]byte) error {
	for i, name := range []string{"header", "parent_header", "metadata", "content"} {
		text := bytes.TrimLeft(parts[i], " \t\r\n")
		if len(text) == 0 || text[0] != '{' || !json.Valid(text) {
			return fmt.Errorf("%s is not a JSON object", name)
		}
	}
	return nil
}

func (in *incoming) readHeader() error {
	var h struct {
		ID      string `json:"msg_id"`
		Kind    string `json:"msg_type"`
		Session string `json:"session"`
	}
	if err := json.Unmarshal(in.header, &h); err != nil {
		return fmt.Errorf("parse header: %w", err)
	}
	if h.ID == "" || h.Kind == "" {
		return errors.New("header without msg_id or msg_type")
	}
	// Every subscriber gets the header as parent_header, so it must not break their decoders.
	if !utf8.Valid(in.header) {
		return errors.New("header is not UTF-8")
	}
	in.id, in.kind, in.session = h.ID, h.Kind, h.Session
	return nil
}

type header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	Kind     string `json:"msg_type"`
	Version  string `json:"version"`
}

var empty = json.RawMessage("{}")

// compose returns the frames of a message, beginning with the delimiter. A nil
// parent or metadata is an empty object.
func (k *kernel) compose(kind string, parent json.RawMessage, metadata, content any, buffers [][]byte) ([][]byte, error) {
	head, err := encode(header{
		ID: k.nextID(), Session: k.session, Username: "kernel", Kind: kind, Version: protocolVersion,
		Date: time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"),
	})
	if err != nil {
		return nil, err
	}
	if parent == nil {
		parent = empty
	}
	meta, err := encode(metadata)
	if err != nil {
		return nil, fmt.Errorf("metadata of %s: %w", kind, err)
	}
	body, err := encode(content)
	if err != nil {
		return nil, fmt.Errorf("content of %s: %w", kind, err)
	}
	parts := [][]byte{head, parent, meta, body}
	frames := append(make([][]byte, 0, 6+len(buffers)), delimiter, k.signer.sign(parts))
	return append(append(frames, parts...), buffers...), nil
}

// encode is json.Marshal without escapes for <, > and &; nil is an empty object.
func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	text := bytes.TrimRight(b.Bytes(), "\n")
	if string(text) == "null" {
		return empty, nil
	}
	return text, nil
}
