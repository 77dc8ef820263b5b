### 专项方案：预案提到而未收录的文件

sch-title = 专项方案
sch-intro = 预案提到而未收录的文件。最新附上的版本有效；执行该方案的任务卡会显示它，记录中写明所用版本。未附方案时，事件照常开启。
sch-back = 预案
sch-no-schemes = 本版预案未提到专项方案。
sch-link = 专项方案
sch-scheme = 专项方案
sch-in-force = 有效版本
sch-none = 尚未附专项方案
sch-version = 版本
sch-version-of = 版本 { $version }
sch-version-size = 不超过 { $n } 个字符
sch-version-new = 尚未附过的版本
sch-file = 文件
sch-file-hint = JPEG、PNG、WebP、HEIC、PDF、Office 文件或 TXT；不超过 10 MB
sch-attached = 附上
sch-checklist = 检查清单
sch-checklist-hint = 每行一项
sch-checklist-size = 不超过 { $n } 项，每项不超过 { $length } 个字符
sch-by = 由以下部门负责人附上：{ $departments }
sch-attach = 附上新版本
sch-do = 附上
sch-earlier = 以前的版本（{ $n }）
sch-kind = 专项方案
tl-scheme-used = { $task }：执行{ $scheme }，版本 { $version }，SHA-256 { $hash }
