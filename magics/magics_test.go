package magics_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"goscore/magics"
	"goscore/magics/compile"
	"goscore/magics/protocol"
)

var update = flag.Bool("update", false, "rewrite what the cells of testdata are expected to do")

// TestCells runs the cells of each file of testdata in order, as one session.
// See testdata/README for what the files look like.
func TestCells(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata", err)
	}
	if _, err := compile.FindToolchain(); err != nil {
		t.Skip(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(sub *testing.T) {
			sub.Parallel()
			t.Cleanup(runFile(sub, file).Close) // after all: it ends what other workers of this process started, too
		})
	}
}

func runFile(t *testing.T, file string) *magics.Worker {
	old, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := magics.NewWorker(magics.Options{Source: os.DirFS("..")})
	if err != nil {
		t.Fatal(err)
	}
	s := &script{w: w, inputs: map[string]*input{}}
	got := &txtar.Archive{Comment: old.Comment}
	for _, f := range old.Files {
		if strings.HasPrefix(f.Name, "Out[") {
			continue // made anew
		}
		got.Files = append(got.Files, f)
		if !strings.HasPrefix(f.Name, "In[") {
			if err := s.addInput(f.Name, string(f.Data)); err != nil {
				t.Fatalf("%s: %s: %v", file, f.Name, err)
			}
			continue
		}
		out, err := s.cell(f.Name, string(f.Data))
		if err != nil {
			t.Fatalf("%s: %s: %v", file, f.Name, err)
		}
		name, _, _ := strings.Cut(f.Name, " ")
		got.Files = append(got.Files, txtar.File{Name: "Out" + strings.TrimPrefix(name, "In"), Data: []byte(out)})
	}
	compare(t, file, old, got)
	return w
}

// compare holds each cell's outcome against the file's.
func compare(t *testing.T, file string, old, got *txtar.Archive) {
	if *update {
		if text := txtar.Format(got); !bytes.Equal(text, txtar.Format(old)) {
			if err := os.WriteFile(file, text, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	want := map[string]string{}
	for _, f := range old.Files {
		want[f.Name] = string(f.Data)
	}
	for i, f := range got.Files {
		if strings.HasPrefix(f.Name, "Out[") && want[f.Name] != string(f.Data) {
			t.Errorf("%s\n%s\ngives\n%s\nwant\n%s", got.Files[i-1].Name, got.Files[i-1].Data, f.Data, want[f.Name])
		}
	}
}

// A script is one file on its way: a worker, and what Python has.
type script struct {
	w      *magics.Worker
	inputs map[string]*input
	count  int
}

// cell plans and runs a cell as Python does, and describes what came of it.
func (s *script) cell(name, text string) (string, error) {
	name, quoted, _ := strings.Cut(name, " ")
	if quoted == "quoted" {
		var err error
		if text, err = unquote(text); err != nil {
			return "", err
		}
	}
	o, code, err := readMagic(text)
	if err != nil {
		return "", err
	}
	s.count++
	out := &printed{limit: o.limit}
	plan, failed, err := s.plan(name, code, o, out)
	if err != nil || failed {
		return out.String(), err
	}
	err = s.execute(name, code, o, plan, out)
	return out.String(), err
}

type plan struct {
	Status string
	Free   []struct {
		Name         string
		Line, Column int
	}
	Inputs []struct {
		Name          string
		Used          bool
		Columns, Soft []int
	}
	Builtin bool
}

func (s *script) plan(name, code string, o *options, out *printed) (p plan, failed bool, err error) {
	var ins []map[string]any
	for _, n := range o.inputs {
		in := s.inputs[n[1]]
		if in == nil {
			return p, false, fmt.Errorf("no input section %s", n[1])
		}
		ins = append(ins, map[string]any{"name": n[0], "kind": in.kind, "columns": in.names()})
	}
	content := map[string]any{"code": code, "cell": name, "outputs": o.outputs, "inputs": ins}
	reply := s.w.Plan(context.Background(), protocol.Request{Client: "test", Count: s.count, Content: encode(content)}, &printed{})
	if err := json.Unmarshal(encode(reply.Content), &p); err != nil {
		return p, false, err
	}
	if p.Status == "error" {
		return p, true, out.failure(reply.Content)
	}
	for _, f := range p.Free {
		if s.inputs[f.Name] != nil { // Python has it, and says so
			out.line("GoNameError %d:%d: add -i %s", f.Line, f.Column, f.Name)
			failed = true
		}
	}
	if o.plan {
		out.plan(p, s, o)
	}
	return p, failed, nil
}

func (s *script) execute(name, code string, o *options, p plan, out *printed) error {
	opts := map[string]any{"threads": o.threads, "timeout": o.timeout, "force": o.force, "noreturn": o.noreturn, "verbose": o.verbose, "declare": o.declare, "trace": o.trace, "describe": true}
	meta := map[string]any{"cell": name, "outputs": o.outputs, "options": opts}
	var ins, digests []map[string]any
	var buffers [][]byte
	for i, n := range o.inputs {
		if !p.Inputs[i].Used {
			continue
		}
		in, err := s.inputs[n[1]].message(n[0], append(p.Inputs[i].Columns, p.Inputs[i].Soft...), &buffers)
		if err != nil {
			return err
		}
		ins = append(ins, in)
	}
	for _, b := range buffers {
		digests = append(digests, digest(b))
	}
	meta["inputs"], meta["buffers"] = ins, digests
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	reply := s.w.Execute(ctx, protocol.Request{
		Client: "test", Count: s.count, Content: encode(map[string]any{"code": code}),
		Metadata: encode(map[string]any{"goscore": meta}), Buffers: buffers,
	}, out)
	return out.reply(reply, o)
}

func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
