// Package fakeaws stands between the AWS provider and the emulator moto, so that a configuration can be applied as it is. It is a forward proxy for
// a host that doesn't exist: a program that is told AWS_ENDPOINT_URL=http://aws.test and HTTP_PROXY sends it every request. The proxy
// passes on what moto answers well, puts right what moto gets wrong, and answers by itself for services that moto lacks.
//
// It knows no more of AWS than the provider asks, checks no signature and no permission, and says nothing about how AWS would answer.
package fakeaws

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// Host is the host that the proxy answers for. It is none of this machine's names, since Go's HTTP clients pass no proxy on the way to those.
// The domain test is reserved: https://www.rfc-editor.org/rfc/rfc2606
const Host = "aws.test"

// Endpoint is the value of AWS_ENDPOINT_URL.
const Endpoint = "http://" + Host

// s3ControlVersion begins the path of each request to S3 Control. https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html
const s3ControlVersion = "/v20180820/"

// Proxy is an http.Handler. It may be used by several requests at once, of several accounts.
type Proxy struct {
	emulator *url.URL
	client   *http.Client
	fakes    map[string]fake // by the name that requests to the service are signed with
	iam      fake            // a part of IAM

	mu       sync.Mutex
	accounts map[string]string // the account of each temporary access key
}

// fake answers for one service.
type fake interface {
	answer(call) answer
}

// call is a request to AWS.
type call struct {
	service, region, account string
	method, path             string // path as sent, with what is escaped
	query                    url.Values
	target                   string // the operation, in the JSON protocols
	body                     []byte
}

// New returns a proxy in front of a moto server, whose address is like http://127.0.0.1:5000.
func New(emulator string) (*Proxy, error) {
	address, err := url.Parse(emulator)
	if err != nil {
		return nil, fmt.Errorf("address of the emulator: %w", err)
	}
	return &Proxy{
		emulator: address,
		client:   &http.Client{Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 32}},
		fakes:    map[string]fake{"access-analyzer": newAccessAnalyzer(), "bcm-data-exports": newDataExports(), "cur": newCUR(), "organizations": newOrganizations()},
		iam:      newIAM(),
		accounts: make(map[string]string),
	}, nil
}

func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	label, ok := strings.CutSuffix(r.URL.Hostname(), Host)
	if !ok || label != "" && !strings.HasSuffix(label, ".") {
		// Also what is asked with CONNECT, which is to say by HTTPS.
		http.Error(w, fmt.Sprintf("fakeaws: a request to %s was on its way out of the test", r.Host), http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "fakeaws: "+err.Error(), http.StatusBadRequest)
		return
	}
	c := call{method: r.Method, path: r.URL.EscapedPath(), query: r.URL.Query(), target: r.Header.Get("X-Amz-Target"), body: body}
	key := ""
	if key, c.region, c.service, ok = credential(r.Header.Get("Authorization")); !ok {
		http.Error(w, "fakeaws: the request is not signed with AWS's signature version 4", http.StatusForbidden)
		return
	}
	c.account = p.account(key)
	// The label is a bucket; for S3 Control it is the account, and moto takes that from the key.
	if c.service == "s3" && label != "" && !strings.HasPrefix(c.path, s3ControlVersion) {
		c.path = "/" + strings.TrimSuffix(label, ".") + c.path
	}
	if fake, ok := p.fakes[c.service]; ok {
		fake.answer(c).write(w)
		return
	}
	if value, ok := gaps[[2]string{c.service, c.operation()}]; ok {
		answer{value: value}.write(w)
		return
	}
	if isOfIAM(c) {
		p.iam.answer(c).write(w)
		return
	}
	if c.service == "cloudtrail" {
		c.body = trailName(c.target, c.body)
	}
	p.forward(w, r, c)
}

// account is whose access key it is: a key of 12 digits belongs to the account of that number, other keys come from AssumeRole.
func (p *Proxy) account(key string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if account, ok := p.accounts[key]; ok {
		return account
	}
	return key
}

// forward lets the emulator answer.
func (p *Proxy) forward(w http.ResponseWriter, r *http.Request, c call) {
	target := *p.emulator
	target.RawQuery = r.URL.RawQuery
	// Path and RawPath together keep what is escaped as it is.
	path, err := url.PathUnescape(c.path)
	if err != nil {
		http.Error(w, "fakeaws: "+err.Error(), http.StatusBadRequest)
		return
	}
	target.Path, target.RawPath = path, c.path
	request, err := http.NewRequestWithContext(r.Context(), c.method, target.String(), bytes.NewReader(c.body))
	if err != nil {
		http.Error(w, "fakeaws: "+err.Error(), http.StatusBadRequest)
		return
	}
	request.Header = r.Header.Clone()
	request.Header.Del("Proxy-Connection")
	request.Header.Set("X-Moto-Account-Id", c.account)
	response, err := p.client.Do(request)
	if err != nil {
		refuse(c, "can't be reached: "+err.Error()).write(w)
		return
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		refuse(c, "broke off: "+err.Error()).write(w)
		return
	}
	if response.StatusCode >= 500 {
		refuse(c, fmt.Sprintf("answers %d: %s", response.StatusCode, firstLine(content))).write(w)
		return
	}
	switch c.service {
	case "sts":
		p.learn(c, content)
	case "logs":
		content = logGroupClass(c.operation(), content)
	}
	for name, values := range response.Header {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(content) // the client is gone
}

var temporaryKey = regexp.MustCompile(`<AccessKeyId>([^<]+)</AccessKeyId>`)

// learn remembers which account the keys that AssumeRole returns belong to.
func (p *Proxy) learn(c call, content []byte) {
	form, err := url.ParseQuery(string(c.body))
	key := temporaryKey.FindSubmatch(content)
	if err != nil || key == nil || form.Get("Action") != "AssumeRole" {
		return
	}
	if arn := strings.Split(form.Get("RoleArn"), ":"); len(arn) > 5 {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.accounts[string(key[1])] = arn[4]
	}
}

// scope is what the signature is for: key, date, region and service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
var scope = regexp.MustCompile(`Credential=([^/,]+)/[0-9]{8}/([^/,]+)/([^/,]+)/aws4_request`)

func credential(authorization string) (key, region, service string, ok bool) {
	m := scope.FindStringSubmatch(authorization)
	if m == nil {
		return "", "", "", false
	}
	return m[1], m[2], m[3], true
}

// operation names what a call asks for, in words of its protocol.
func (c call) operation() string {
	if c.target != "" {
		return c.target[strings.LastIndex(c.target, ".")+1:]
	}
	if form, err := url.ParseQuery(string(c.body)); err == nil && form.Get("Action") != "" {
		return form.Get("Action")
	}
	return c.method + " " + c.path
}

func firstLine(content []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(content)), "\n")
	const enough = 300
	return line[:min(len(line), enough)]
}

// answer is a response: a value that becomes JSON, a document, or an error.
type answer struct {
	value    any
	document string // XML
	status   int
	code     string // of an error
	message  string
	xml      bool // for an error: the service speaks XML
}

// refuse is the answer to what the emulator couldn't do. It is an error of the client's, which no program tries again: a server's error, which is what
// moto answers to what it lacks, the AWS provider would repeat for half an hour.
func refuse(c call, why string) answer {
	return answer{
		status: http.StatusBadRequest, code: "NotEmulated",
		message: fmt.Sprintf("the emulator, asked for %s %s, %s", c.service, c.operation(), why),
		xml:     c.target == "" && c.service != "access-analyzer",
	}
}

func failure(status int, code, message string) answer {
	return answer{status: status, code: code, message: message}
}

func (a answer) write(w http.ResponseWriter) {
	if a.document != "" {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, a.document) // the client is gone
		return
	}
	if a.code == "" {
		content, err := json.Marshal(a.value)
		if err != nil {
			panic(err) // a value of ours
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(content) // the client is gone
		return
	}
	w.Header().Set("X-Amzn-Errortype", a.code)
	if a.xml {
		var message strings.Builder
		_ = xml.EscapeText(&message, []byte(a.message)) // a builder takes everything
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(a.status)
		// S3 has code and message at the top, the other services one level below.
		text := fmt.Sprintf("<Code>%s</Code><Message>%s</Message>", a.code, message.String())
		fmt.Fprintf(w, "<ErrorResponse><Error>%s</Error>%s</ErrorResponse>", text, text)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": a.code, "message": a.message})
}
