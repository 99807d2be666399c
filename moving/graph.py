"""Import graph of tlcore (module level vs lazy), by ast."""
import ast, pathlib
def modules(root, tops=("tlcore","pages","tests")):
    out={}
    for top in tops:
        for f in sorted((root/top).rglob("*.py")):
            parts=f.relative_to(root).with_suffix("").parts
            name=".".join(parts[:-1] if parts[-1]=="__init__" else parts)
            out[name]=f
    return out
def deps(mods,name):
    """-> {target: kind} kind in top,lazy,type"""
    f=mods[name]; tree=ast.parse(f.read_text())
    out={}
    def add(t,kind):
        # longest known module
        while t and t not in mods: t=t.rpartition(".")[0]
        if t and t!=name:
            order={"top":0,"lazy":1,"type":2}
            if t not in out or order[kind]<order[out[t]]: out[t]=kind
    def walk(node,kind):
        for c in ast.iter_child_nodes(node):
            k=kind
            if isinstance(c,(ast.FunctionDef,ast.AsyncFunctionDef,ast.Lambda)): k="lazy" if kind=="top" else kind
            if isinstance(c,ast.If) and "TYPE_CHECKING" in ast.unparse(c.test): k="type"
            if isinstance(c,ast.Import):
                for a in c.names: add(a.name,k)
            elif isinstance(c,ast.ImportFrom) and c.module:
                for a in c.names:
                    full=f"{c.module}.{a.name}"
                    add(full if full in mods else c.module,k)
            walk(c,k)
    walk(tree,"top")
    return out
def places():
    """tl.map: the exact rows, and those that name a whole package (old, new)."""
    exact, packages = {}, []
    for row in pathlib.Path(__file__).with_name("tl.map").read_text().splitlines():
        words = row.split("#")[0].split()
        if not words:
            continue
        old, new = words
        if old.endswith(".*"):
            packages.append((old[:-2], new[:-2]))
        else:
            exact[old] = new
    return exact, packages
