"""Moves modules by a map and rewrites imports, dotted names and paths.  Usage: move.py ROOT [--dry]"""
import ast, pathlib, re, subprocess, sys, json
sys.path.insert(0,str(__import__('pathlib').Path(__file__).parent))
import graph
ROOT=pathlib.Path(sys.argv[1]).resolve()

def git(*a): subprocess.run(["git",*a],cwd=ROOT,check=True,stdout=subprocess.DEVNULL)
def tracked(): return subprocess.check_output(["git","ls-files","-z"],cwd=ROOT,text=True).split("\0")[:-1]

def read_map():
    """path -> path for all tracked files that move."""
    files=tracked(); out={}
    exact,pre=graph.places()
    def tl(path):
        parts=path.removeprefix("tlcore/").removesuffix(".py").split("/")
        dotted=".".join(parts)
        key=dotted
        if key in exact:
            b=exact[key]
            return None if b=="-" else "tlcore/"+b.replace(".","/")+".py"
        for a,b in pre:
            if dotted.startswith(a+"."):
                return "tlcore/"+(b+dotted[len(a):]).replace(".","/")+".py"
        return path
    drop=[]
    for f in files:
        if f.startswith("tlcore/") and f.endswith(".py"):
            t=tl(f)
            if t is None: drop.append(f)
            elif t!=f: out[f]=t
    for name in ("pages.map","tests.map","extra.map"):
        p=pathlib.Path(__file__).with_name(name)
        if not p.exists(): continue
        for l in p.read_text().splitlines():
            l=l.split("#")[0].strip()
            if "->" not in l: continue
            a,b=[x.strip() for x in l.split("->")]
            if b=="-": drop.append(a); continue
            if a!=b: out[a]=b
    out={a:b for a,b in out.items() if a in set(files)}
    return out,[d for d in drop if d in set(files)]

def dotted(path):
    p=pathlib.PurePosixPath(path).with_suffix("").parts
    return ".".join(p[:-1] if p[-1]=="__init__" else p)

def main():
    out,drop=read_map()
    mods=graph.modules(ROOT)
    new_of={m:m for m in mods}       # module -> new dotted name (import name)
    for a,b in out.items():
        if a.endswith(".py"): new_of[dotted(a)]=dotted(b)
    # packages that vanish: keep mapping to nothing
    newmods=set(new_of.values())
    collide=[b for b in out.values() if b in set(tracked()) and b not in out]
    assert not collide, collide
    assert len(set(out.values()))==len(out), [b for b in out.values() if list(out.values()).count(b)>1]
    changed={m:n for m,n in new_of.items() if m!=n}
    tops={m.split(".")[0] for m in mods}
    longest=sorted(changed,key=len,reverse=True)
    def resolve(name):
        """dotted maybe with attributes -> new dotted"""
        head=name; tail=""
        while head:
            if head in new_of: return new_of[head]+tail
            head,_,last=head.rpartition("."); tail="."+last+tail
        return name
    def rewrite_imports(text,path):
        tree=ast.parse(text)
        lines=text.split("\n")
        edits=[]
        for node in ast.walk(tree):
            if isinstance(node,ast.ImportFrom) and node.module and node.module.split(".")[0] in tops and node.level==0:
                groups={}
                touched=False
                for a in node.names:
                    full=f"{node.module}.{a.name}"
                    if full in new_of:
                        n=new_of[full]
                        if n!=full: touched=True
                        pkg,_,last=n.rpartition(".")
                        bound=a.asname or a.name
                        if not pkg: # top-level
                            stmt=("",n); groups.setdefault(("import",n),[]).append((n,bound)); continue
                        groups.setdefault(pkg,[]).append((last,bound))
                    else:
                        n=new_of.get(node.module,node.module)
                        if n!=node.module: touched=True
                        groups.setdefault(n,[]).append((a.name,a.asname or a.name, a.asname))
                if not touched: continue
                # comments on the node's lines
                seg="\n".join(lines[node.lineno-1:node.end_lineno])
                comment=""
                m=re.search(r"#.*$",lines[node.end_lineno-1])
                if m and "#" in lines[node.end_lineno-1]: comment="  "+m.group(0)
                ind=" "*node.col_offset
                outl=[]
                for pkg,names in groups.items():
                    part=[]
                    for t in names:
                        if len(t)==3:
                            part.append(t[0] if t[2] is None else f"{t[0]} as {t[2]}")
                        else:
                            part.append(t[0] if t[0]==t[1] else f"{t[0]} as {t[1]}")
                    stmt=f"{ind}from {pkg} import {', '.join(part)}"
                    if len(stmt)>99 or (comment and len(stmt+comment)>100):
                        stmt=f"{ind}from {pkg} import (\n"+"".join(f"{ind}    {x},\n" for x in part)+f"{ind})"
                    outl.append(stmt)
                outl[0]+=comment
                edits.append((node.lineno-1,node.end_lineno,outl))
            elif isinstance(node,ast.Import):
                if any(a.name in changed for a in node.names):
                    outl=[]
                    ind=" "*node.col_offset
                    for a in node.names:
                        n=resolve(a.name)
                        outl.append(f"{ind}import {n}"+(f" as {a.asname}" if a.asname else ""))
                    edits.append((node.lineno-1,node.end_lineno,outl))
        for i,j,o in sorted(edits,reverse=True):
            lines[i:j]=o
        return "\n".join(lines)
    TOK=re.compile(r"(?<![\w./-])((?:tlcore|pages|tests)(?:\.[A-Za-z_]\w*)+)")
    PTH=re.compile(r"(?<![\w.])((?:tlcore|pages|tests)/[\w./*-]*\w)")
    pathmap=dict(out)
    FROM=re.compile(r"from ((?:tlcore|pages|tests)[\w.]*) import ([\w]+(?: as \w+)?(?:, \w+(?: as \w+)?)*)")
    def repl_from(m):
        groups={}
        for item in m[2].split(", "):
            name,_,alias=item.partition(" as ")
            full=f"{m[1]}.{name}"
            if full in new_of:
                pkg,_,last=new_of[full].rpartition("."); bound=alias or name
            else:
                pkg=new_of.get(m[1],m[1]); last=name; bound=alias or name
            groups.setdefault(pkg,[]).append(last if last==bound else f"{last} as {bound}")
        return "; ".join(f"from {p} import {', '.join(n)}" for p,n in groups.items())
    def repl_tok(m):
        return resolve(m.group(1))
    def repl_path(m):
        p=m.group(1)
        if p in pathmap: return pathmap[p]
        return p
    SKIP=("assets/","tests/fixtures/")
    count=0
    texts={}
    for f in tracked():
        if f in drop or f.startswith(SKIP): continue
        if not f.endswith((".py",".md",".toml",".txt",".js",".css",".yml",".json",".html")) and f!=".ci/run": continue
        if f.endswith(".json"): continue
        p=ROOT/f
        t=p.read_text(encoding="utf-8"); n=t
        if f.endswith(".py"):
            n=rewrite_imports(n,f)
        # dotted tokens outside of import statements
        outl=[]
        for line in n.split("\n"):
            if re.match(r"\s*(from|import) (tlcore|pages|tests)\b",line) and f.endswith(".py"): outl.append(line)
            elif FROM.search(line):
                # an import inside of a string: its names first, whatever else is dotted after
                parts=[]; at=0
                for m in FROM.finditer(line):
                    parts.append(PTH.sub(repl_path,TOK.sub(repl_tok,line[at:m.start()]))); parts.append(repl_from(m)); at=m.end()
                parts.append(PTH.sub(repl_path,TOK.sub(repl_tok,line[at:])))
                outl.append("".join(parts))
            else: outl.append(PTH.sub(repl_path,TOK.sub(repl_tok,line)))
        n="\n".join(outl)
        if n!=t: texts[f]=n; count+=1
    print(len(out),"files move;",len(drop),"go;",count,"texts change")
    if "--dry" in sys.argv: return
    for f,n in texts.items(): (ROOT/f).write_text(n,encoding="utf-8")
    # two steps, since a module may take the place of a package
    for d in drop: git("rm","-q","--cached",d); (ROOT/d).unlink()
    tmp=ROOT/".moving"
    for i,(a,b) in enumerate(out.items()):
        (tmp/b).parent.mkdir(parents=True,exist_ok=True)
        (ROOT/a).rename(tmp/b)
    for dirpath in sorted([p for p in ROOT.rglob("*") if p.is_dir() and ".git" not in p.parts and ".moving" not in p.parts],key=lambda p:-len(p.parts)):
        left=[x for x in dirpath.iterdir()]
        if left and all(x.name=="__pycache__" for x in left):
            for x in left: subprocess.run(["rm","-rf",x])
        if not any(dirpath.iterdir()): dirpath.rmdir()
    for a,b in out.items():
        (ROOT/b).parent.mkdir(parents=True,exist_ok=True)
        assert not (ROOT/b).exists(), b
        (tmp/b).rename(ROOT/b)
    subprocess.run(["rm","-rf",tmp])
    # packages: an __init__ with its sentence
    docs=json.loads(pathlib.Path(str(__import__('pathlib').Path(__file__).with_name('docs.json'))).read_text())
    missing=[]
    for d in sorted({(ROOT/b).parent for b in out.values() if b.endswith(".py")}):
        while d!=ROOT:
            init=d/"__init__.py"
            rel=str(d.relative_to(ROOT))
            if not init.exists():
                if rel.startswith("tests/tlcore/"): docs[rel]="Tests of tlcore."+rel[len("tests/tlcore/"):].replace("/",".")+"."
                if rel not in docs: missing.append(rel)
                else: init.write_text(f'"""{docs[rel]}"""\n')
            d=d.parent
    assert not missing, f"docs.json has no sentence for {missing}"
    git("add","-A")
main()
