package kernel

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const goodHeader = `{"msg_id":"1","msg_type":"t_request","session":"s","date":5}`

func TestParse(t *testing.T) {
	check := func(want string, frames ...string) {
		t.Helper()
		var raw [][]byte
		for _, f := range frames {
			raw = append(raw, []byte(f))
		}
		_, err := parse(raw, newSigner(""))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("parse(%q): %v, want %q", frames, err, want)
		}
	}
	const d = "<IDS|MSG>"
	check("", d, "", goodHeader, "{}", "{}", "{}")
	check("", "id", "", d, "", goodHeader, " {}", "{}\n", `{"a":[1,{}]}`, "buffer", "")
	check("no <IDS|MSG>")
	check("no <IDS|MSG>", "garbage")
	check("no <IDS|MSG>", append(strings.Split(strings.Repeat("x", 17), ""), d, "", goodHeader, "{}", "{}", "{}")...)
	check("0 frames after", d)
	check("4 frames after", d, "", goodHeader, "{}", "{}")
	check("header is not", d, "", "", "{}", "{}", "{}")
	check("header is not", d, "", "null", "{}", "{}", "{}")
	check("parent_header is not", d, "", goodHeader, "[]", "{}", "{}")
	check("metadata is not", d, "", goodHeader, "{}", "{", "{}")
	check("content is not", d, "", goodHeader, "{}", "{}", `"text"`)
	check("content is not", d, "", goodHeader, "{}", "{}", strings.Repeat(`{"a":`, 20000)+"1"+strings.Repeat("}", 20000))
	check("parse header", d, "", `{"msg_id":1,"msg_type":"t"}`, "{}", "{}", "{}")
	check("without msg_id", d, "", `{"msg_type":"t"}`, "{}", "{}", "{}")
	check("without msg_id", d, "", `{"msg_id":"1"}`, "{}", "{}", "{}")
	check("not UTF-8", d, "", "{\"msg_id\":\"1\",\"msg_type\":\"t\",\"x\":\"\xff\"}", "{}", "{}", "{}")
}

func TestParseVerifiesFirst(t *testing.T) {
	frames := [][]byte{delimiter, []byte("wrong"), []byte("not JSON"), nil, nil, nil}
	if _, err := parse(frames, newSigner(testKey)); err != errSignature {
		t.Errorf("parse: %v", err)
	}
}

func TestComposeParse(t *testing.T) {
	k := newKernel(Connection{Key: testKey}, nil, Options{})
	frames, err := k.compose("t_reply", []byte(goodHeader), nil, map[string]any{"a": "<b> & ü"}, [][]byte{{1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	in, err := parse(frames, k.signer)
	if err != nil {
		t.Fatal(err)
	}
	if in.kind != "t_reply" || string(in.content) != `{"a":"<b> & ü"}` || string(in.metadata) != "{}" || !bytes.Equal(in.buffers[0], []byte{1, 2}) {
		t.Errorf("parse(compose) = %s %s %s %v", in.kind, in.content, in.metadata, in.buffers)
	}
}

// FuzzParse splits its input into frames at newlines: what is accepted when
// signed goes once, comes out as it went in, and never goes unsigned.
func FuzzParse(f *testing.F) {
	f.Add([]byte("<IDS|MSG>\n\n" + goodHeader + "\n{}\n{}\n{}\nbuffer"))
	f.Add([]byte("id\n<IDS|MSG>\nsignature\n{}\n{}\n{}\n[]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		frames := bytes.Split(text, []byte("\n"))
		if _, err := parse(frames, newSigner(testKey)); err == nil {
			t.Errorf("accepted unsigned %q", text)
		}
		in, err := parse(frames, newSigner(""))
		at := split(frames)
		if at < 0 || len(frames) < at+6 {
			if err == nil {
				t.Errorf("accepted %d frames with the delimiter at %d", len(frames), at)
			}
			return
		}
		s := newSigner(testKey)
		frames[at+1] = s.sign(frames[at+2 : at+6])
		signed, errSigned := parse(frames, s)
		if (err == nil) != (errSigned == nil) {
			t.Errorf("%q: without a key %v, signed %v", text, err, errSigned)
		}
		if _, err := parse(frames, s); err != errReplay {
			t.Errorf("the second time: %v", err)
		}
		if err != nil {
			return
		}
		if in.id == "" || in.kind == "" || !json.Valid(in.header) || !utf8.Valid(in.header) {
			t.Errorf("accepted header %q", in.header)
		}
		whole := slices.Concat(signed.prefix, [][]byte{delimiter, frames[at+1], signed.header, frames[at+3], signed.metadata, signed.content}, signed.buffers)
		if !reflect.DeepEqual(whole, frames) {
			t.Errorf("%q became %q", frames, whole)
		}
	})
}
