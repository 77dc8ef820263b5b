### 專項方案：預案提到而未收錄的文件

sch-title = 專項方案
sch-intro = 預案提到而未收錄的文件。最新附上的版本有效；執行該方案的任務卡會顯示它，記錄中寫明所用版本。未附方案時，事件照常開啟。
sch-back = 預案
sch-no-schemes = 本版預案未提到專項方案。
sch-link = 專項方案
sch-scheme = 專項方案
sch-in-force = 有效版本
sch-none = 尚未附專項方案
sch-version = 版本
sch-version-of = 版本 { $version }
sch-version-size = 不超過 { $n } 個字元
sch-version-new = 尚未附過的版本
sch-file = 文件
sch-file-hint = JPEG、PNG、WebP、HEIC、PDF、Office 文件或 TXT；不超過 10 MB
sch-attached = 附上
sch-checklist = 檢查清單
sch-checklist-hint = 每行一項
sch-checklist-size = 不超過 { $n } 項，每項不超過 { $length } 個字元
sch-by = 由以下部門負責人附上：{ $departments }
sch-attach = 附上新版本
sch-do = 附上
sch-earlier = 以前的版本（{ $n }）
sch-kind = 專項方案
tl-scheme-used = { $task }：執行{ $scheme }，版本 { $version }，SHA-256 { $hash }
