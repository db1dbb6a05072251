//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plinth/e2e/fakeaws"
)

// emulator is moto behind the proxy that mends it.
type emulator struct {
	proxy string // address
	moto  string // address of moto itself
	log   string // what moto says
}

// startEmulator runs moto until the test ends. It skips the test where moto isn't installed, and fails it in CI.
func startEmulator(t *testing.T) *emulator {
	t.Helper()
	moto, err := exec.LookPath("moto_server")
	if err != nil {
		const how = "nothing was applied: moto_server is not on PATH; pip install 'moto[server]' brings it"
		if os.Getenv("CI") != "" {
			t.Fatal(how)
		}
		t.Skip("SKIPPED, " + how)
	}
	port := freePort(t)
	log, err := os.Create(filepath.Join(t.TempDir(), "moto.log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(moto, "-H", "127.0.0.1", "-p", fmt.Sprint(port))
	cmd.Env = append(os.Environ(), "MOTO_IAM_LOAD_MANAGED_POLICIES=true")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has ended already
		<-ended
		log.Close()
	})
	address := fmt.Sprintf("http://127.0.0.1:%d", port)
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if response, err := http.Get(address + "/moto-api/data.json"); err == nil {
			response.Body.Close()
			break
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("moto_server ended: %v\n%s", err, tail(log.Name()))
		default:
		}
		if time.Since(start) > time.Minute {
			t.Fatalf("moto_server doesn't answer\n%s", tail(log.Name()))
		}
	}
	proxy, err := fakeaws.New(address)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return &emulator{proxy: server.URL, moto: address, log: log.Name()}
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func tail(file string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	const enough = 4000
	return string(content[max(0, len(content)-enough):])
}

// s3 asks S3 as an account would, and returns the status.
func (e *emulator) s3(t *testing.T, account, region, method, path, body string) int {
	t.Helper()
	proxy, err := url.Parse(e.proxy)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), DisableKeepAlives: true}}
	request, err := http.NewRequest(method, fakeaws.Endpoint+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+account+"/20240101/"+region+"/s3/aws4_request, SignedHeaders=host, Signature=none")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode >= http.StatusBadRequest && response.StatusCode != http.StatusNotFound {
		t.Fatalf("%s %s: %s: %s", method, path, response.Status, content)
	}
	return response.StatusCode
}

// makeBucket makes a bucket that a spec expects to be there. S3 may write access logs into it.
func (e *emulator) makeBucket(t *testing.T, account, region, name string) {
	t.Helper()
	e.s3(t, account, region, http.MethodPut, "/"+name,
		`<CreateBucketConfiguration><LocationConstraint>`+region+`</LocationConstraint></CreateBucketConfiguration>`)
	e.s3(t, account, region, http.MethodPut, "/"+name+"?policy", `{"Version": "2012-10-17", "Statement": [{
		"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": ["s3:PutObject"], "Resource": "arn:aws:s3:::`+name+`/*"}]}`)
}

// hasBucket reports whether there is a bucket.
func (e *emulator) hasBucket(t *testing.T, account, region, name string) bool {
	t.Helper()
	return e.s3(t, account, region, http.MethodHead, "/"+name, "") != http.StatusNotFound
}
